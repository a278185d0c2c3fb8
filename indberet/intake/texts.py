"""What is said of a line that could not be read, or whose action did not fit: what was expected, and why it matters."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from indberet.definition.rules import ERROR, WARNING

_LENGTH = _("Teksten har ikke den længde, som formatet kræver.")
_WRITTEN = _("Værdien er ikke skrevet, som formatet kræver.")
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
    "refused_row_repeated": (
        ERROR,
        _("Hvert legacy_id én gang i en kommune."),
        _("Rækken er afvist: Linje {first} har samme legacy_id."),
    ),
    "refused_municipality": (
        ERROR,
        _("En kommunes tre cifre."),
        _("Rækken er afvist: Der er ingen kommune med dette nummer."),
    ),
    "refused_moment": (
        ERROR,
        _("En dag eller et tidspunkt fra 1900 til nu, skrevet som åååå-mm-dd eller åååå-mm-ddTtt:mm:ss."),
        _("Rækken er afvist: Uden denne værdi er det ukendt, hvornår posten blev oprettet."),
    ),
    "unreadable_iso_date": (
        ERROR,
        _("En dag skrevet som ÅÅÅÅ-MM-DD, fra 1900 til 2100."),
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
    "unreadable_codes_many": (
        ERROR,
        _("Højst {most} koder, som er hele kodelisten."),
        _("Der er {count} koder, og ingen af dem er gemt."),
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
    "no_count": (
        WARNING,
        _("Leverancens antal poster i records."),
        _("Antallet er ikke oplyst, så det kan ikke ses, om filen er afbrudt mellem to poster."),
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
    "unreadable_word": (
        ERROR,
        _("En af værdierne {words}."),
        _("Værdien er ikke en af dem, som formatet har, og er ikke gemt."),
    ),
    "element_text": (ERROR, _("{least}-{most} tegn."), _LENGTH),
    "element_length": (ERROR, _("{least} tegn."), _LENGTH),
    "element_long": (ERROR, _("Højst {most} tegn."), _LENGTH),
    "element_digits": (ERROR, _("{count} cifre og intet andet."), _WRITTEN),
    "element_day": (ERROR, _("En dag skrevet som ÅÅÅÅ-MM-DD."), _WRITTEN),
    "element_moment": (ERROR, _("Et tidspunkt skrevet som ÅÅÅÅ-MM-DDTtt:mm:ss."), _WRITTEN),
    "element_cpr": (ERROR, _("Ti cifre og intet andet. De første fire er en dag og en måned."), _WRITTEN),
    "element_email": (ERROR, _("En e-mailadresse."), _WRITTEN),
    "element_empty": (ERROR, _("Elementet med en værdi, eller intet element."), _("Elementet er tomt.")),
    "element_space": (
        ERROR,
        _("Værdien uden mellemrum og linjeskift omkring."),
        _("Mellemrum og linjeskift er ikke en del af værdien. De er ikke gemt."),
    ),
    "element_missing": (ERROR, _("Elementet {words}."), _("Elementet mangler.")),
    "element_missing_one": (ERROR, _("Et af elementerne {words}."), _("Elementet mangler.")),
    "element_choice": (ERROR, _("Kun ét af elementerne {words}."), _("Elementerne udelukker hinanden.")),
    "element_repeated": (
        ERROR,
        _("Elementet højst én gang."),
        _("Elementet kommer flere gange. Det første gælder, og dette er ikke læst."),
    ),
    "element_before": (ERROR, _("Elementet før {words}."), _("Elementet står et forkert sted. Værdien er læst.")),
    "element_after": (ERROR, _("Elementet efter {words}."), _("Elementet står et forkert sted. Værdien er læst.")),
    "element_unknown": (
        ERROR,
        _("Kun elementer, som formatet kender."),
        _("Formatet har ikke elementet på dette sted, så det er ikke læst."),
    ),
    "element_namespace": (
        ERROR,
        _("Elementet i navnerummet {words}."),
        _("Elementet er i et andet navnerum og er ikke læst."),
    ),
    "element_inside": (ERROR, _("Kun tekst i elementet."), _("Elementet har andre elementer i sig og er ikke læst.")),
    "element_attribute": (
        ERROR,
        _("Elementet uden denne attribut."),
        _("Formatet har ikke attributten, og den er ikke læst."),
    ),
    "element_stray": (
        ERROR,
        _("Kun elementer, ingen tekst imellem dem."),
        _("Teksten er ikke i noget element og er ikke læst."),
    ),
    "element_more": (
        ERROR,
        _("Et element, som formatet beskriver det."),
        _("Der er flere fejl i elementet. De første {count} er vist."),
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
