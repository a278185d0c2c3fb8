"""Why a delivery is refused as a whole: one reason each, with a code for machines and a text for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .masks import masked


@dataclass(frozen=True)
class Reason:
    """The HTTP status that goes with a reason, and its text with {placeholders}."""

    status: int
    text: Any


REASONS: Mapping[str, Reason] = {
    "empty": Reason(422, _("Filen er tom.")),
    "too_large": Reason(413, _("Filen er større end {most} MB. Del den op i flere leverancer.")),
    "too_many_records": Reason(422, _("Filen har flere end {most} poster. Del den op i flere leverancer.")),
    "record_too_large": Reason(422, _("Efter linje {line} følger mere end {most} kB uden en hel post.")),
    "no_length": Reason(411, _("Send filens længde i headeren Content-Length.")),
    "cut_off": Reason(400, _("Forbindelsen blev afbrudt: {found} af {expected} bytes er modtaget. Send filen igen.")),
    "encoding": Reason(422, _("Filen er ikke i tegnsættet UTF-8. Se linje {line}.")),
    "compressed": Reason(415, _("Filen er pakket. Send den upakket.")),
    "doctype": Reason(422, _("Filen har en DOCTYPE. Den kan gemme på angreb og hører ikke til i formatet.")),
    "broken": Reason(422, _("Filen er afbrudt eller ikke dannet korrekt ved linje {line}.")),
    "format": Reason(415, _("Filen er ikke i et format, som statistikken modtager: {formats}.")),
    "other_root": Reason(
        422, _("Filens rodelement er {found} i navnerummet {own}. Ventet: {expected} i navnerummet {namespace}.")
    ),
    "structure": Reason(422, _("Ved linje {line} følger filen ikke formatets opbygning. Ventet: {expected}.")),
    "foreign": Reason(422, _("Ved linje {line} står {found}, som ikke hører til dér. Ventet: {expected}.")),
    "stray_text": Reason(422, _("Efter linje {line} står en tekst, som ikke hører til i noget element.")),
    "unknown_names": Reason(422, _("Linje {line} har navne, som formatet ikke kender: {found}. Kendte: {expected}.")),
    "repeated_names": Reason(422, _("Linje {line} har samme navn flere gange: {found}.")),
    "columns": Reason(422, _("Linje {line} har {found} værdier. Ventet: {expected}, én til hver kolonne.")),
    "no_text": Reason(422, _("Værdien af “{name}” i linje {line} er ikke en tekst i anførselstegn.")),
    "character": Reason(422, _("Linje {line} har et tegn, som ikke kan gemmes: {found}.")),
    "other_form": Reason(422, _("Filen er skema {found}. Ventet: {expected}.")),
    "test_form": Reason(422, _("Filen er et testskema, men er sendt som produktion. Intet er gemt.")),
    "production_form": Reason(422, _("Filen er et produktionsskema, men er sendt som test. Intet er gemt.")),
    "other_municipality": Reason(422, _("Filen er for kommune {found}, men er sendt for kommune {expected}.")),
    "bad_id": Reason(422, _("Leverancens id er for langt eller har ugyldige tegn.")),
    "id_like_person": Reason(422, _("Leverancens id ligner et CPR-nummer. Giv leverancen et andet id.")),
    "id_reused": Reason(409, _("En anden fil er allerede modtaget med samme id. Giv leverancen et nyt id.")),
    "other_count": Reason(422, _("Filen har {found} poster, men oplyser selv {expected}. Den er måske afbrudt.")),
    "no_records": Reason(422, _("Filen har ingen poster.")),
}


class Refused(Exception):
    """A delivery of which nothing is stored; `code` is a key of REASONS, `params` are kept without person numbers."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: masked(value) if isinstance(value, str) else value for name, value in params.items()}


def reason_text(code: str, params: Mapping[str, object]) -> str:
    """The reason in the active language; what the file does not tell is said to be missing."""
    told = {name: _("(ikke oplyst)") if value == "" else value for name, value in params.items()}
    return str(REASONS[code].text).format(**told)
