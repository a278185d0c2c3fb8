"""What is said of a line that could not be read, or whose action did not fit: what was expected, and why it matters."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from indberet.definition.rules import ERROR, WARNING

UNREAD = "unread"
"""The parameter that names what was wrong with a value for which a line is refused: that says what was expected."""

TEXTS: Mapping[str, tuple[int, Any, Any]] = {
    "refused_key": (
        ERROR,
        _("Et id på 1-50 synlige tegn."),
        _("Linjen er afvist: Uden id kan posten ikke genkendes, når den ændres."),
    ),
    "refused_action": (
        ERROR,
        "{words}",
        _("Linjen er afvist: Det kan ikke læses, om posten er ny, ændret eller annulleret."),
    ),
    "refused_value": (
        ERROR,
        _("En værdi, der kan læses."),
        _("Linjen er afvist: Uden denne værdi kan en post ikke gemmes."),
    ),
    "refused_person": (
        ERROR,
        _("Et CPR-nummer eller et UDL-nummer."),
        _("Linjen er afvist: Uden nummer kan borgerens sag ikke findes."),
    ),
    "refused_repeated": (
        ERROR,
        _("Hvert id én gang i en leverance."),
        _("Linjen er afvist: Linje {later} har samme id, og kun den sidste tæller."),
    ),
    "unreadable_iso_date": (
        ERROR,
        _("En dag skrevet som åååå-mm-dd, fra 1900 til 2100."),
        _("Værdien kan ikke læses som en dag og er ikke gemt."),
    ),
    "unreadable_date_future": (
        ERROR,
        _("En dag, der har været."),
        _("Dagen ligger i fremtiden og er ikke gemt."),
    ),
    "unreadable_text_control": (
        ERROR,
        _("Kun synlige tegn."),
        _("Værdien har et usynligt tegn og er ikke gemt."),
    ),
    "unreadable_text_long": (
        ERROR,
        _("Højst {longest} tegn."),
        _("Værdien er på {count} tegn og er ikke gemt."),
    ),
    "unreadable_code": (
        ERROR,
        _("En kode på højst 40 tegn."),
        _("Værdien kan ikke være en kode og er ikke gemt."),
    ),
    "nobody": (
        WARNING,
        _("Borgerens eget CPR-nummer, ellers UDL-nummer."),
        _("0000000000 er ingens CPR-nummer. Posten er gemt på en sag uden nummer."),
    ),
    "two_numbers": (
        ERROR,
        _("Enten CPR-nummer eller UDL-nummer."),
        _("Begge er udfyldt. CPR-nummeret gælder, og det andet er ikke gemt."),
    ),
    "unknown_name": (
        WARNING,
        _("Et navn, som formatet kender."),
        _("Navnet er ukendt, så værdien er ikke gemt."),
    ),
    "no_text": (
        ERROR,
        _("En tekst i anførselstegn."),
        _("Værdien er ikke en tekst og er ikke gemt."),
    ),
    "schema_pattern": (ERROR, _("Skemaet: mønsteret {expected}"), _("Værdien følger ikke formatets skema.")),
    "schema_minLength": (ERROR, _("Skemaet: mindst {expected} tegn"), _("Værdien følger ikke formatets skema.")),
    "schema_maxLength": (ERROR, _("Skemaet: højst {expected} tegn"), _("Værdien følger ikke formatets skema.")),
    "schema_type": (ERROR, _("Skemaet: typen {expected}"), _("Værdien følger ikke formatets skema.")),
    "schema_structure": (
        ERROR,
        _("Skemaet: {expected}"),
        _("Elementet mangler, er ukendt eller står et forkert sted."),
    ),
    "known": (
        WARNING,
        _("En post, der ikke er sendt før."),
        _("Posten er sendt før, så den er behandlet som en ændring."),
    ),
    "unknown": (
        WARNING,
        _("En post, der er sendt før."),
        _("Posten er ikke sendt før, så den er behandlet som ny."),
    ),
    "not_there": (
        WARNING,
        _("En post, der er sendt før."),
        _("Der er ingen post med dette id, så intet er annulleret."),
    ),
}


def severity(code: str) -> int:
    """Error or warning."""
    return int(TEXTS[code][0])


def texts(code: str, params: Mapping[str, object]) -> tuple[str, str]:
    """What was expected, and the reason, in the active language."""
    _severity, expectation, reason = TEXTS[code]
    if UNREAD in params:
        expectation = TEXTS[str(params[UNREAD])][1]
    return str(expectation).format_map(params), str(reason).format_map(params)
