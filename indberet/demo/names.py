"""Invented names."""

FIRST = (
    "Agnes", "Bertil", "Camilla", "Dorthe", "Emil", "Freja", "Grethe", "Hanne", "Ida", "Jens", "Karen", "Lars",
    "Mette", "Niels", "Oluf", "Pia", "Rasmus", "Signe", "Tove", "Ulla", "Villy", "Åse",
)  # fmt: skip
LAST = (
    "Agerholm", "Bredkær", "Dalgård", "Enghave", "Fjordmark", "Grønlund", "Hedelund", "Kildebæk", "Lyngholt",
    "Mosevang", "Nørreskov", "Overgård", "Pilegård", "Rosenvang", "Skovbo", "Toftegård", "Vesterbæk", "Østermark",
)  # fmt: skip
SYSTEM, PREDECESSOR = "Fagsystem", "Tidligere løsning"


def full_name(number: int) -> str:
    """The name of that number; the first 396 are different."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number + number // len(FIRST)) % len(LAST)]}"
