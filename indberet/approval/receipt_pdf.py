"""The receipt as a PDF that can be read aloud (PDF/UA-1), made by Typst as the report is. It names those who approved,
and no citizen."""

import json
from datetime import datetime
from pathlib import Path

import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indberet.definition.dates import show_date

from .history import Given
from .models import State

TEMPLATE = Path(__file__).with_name("receipt.typ")


def receipt_pdf(given: Given) -> bytes:
    """The file's bytes; the same for the same approval and language."""
    told = {
        "language": (get_language() or "da")[:2],
        "title": given.title,
        "rows": receipt_rows(given),
        "note": _("Det sidste tegn i kvitteringsnummeret er et kontroltegn, så en tastefejl opdages."),
    }
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"told": json.dumps(told)},
        pdf_standards=["ua-1"],
        timestamp=int((given.approval.decided_at or given.approval.made_at).timestamp()),
        ignore_system_fonts=True,
    )
    return made


def receipt_rows(given: Given) -> list[tuple[str, str]]:
    """Labels and texts, in the active language."""
    approval = given.approval
    acting = f", {_('godkendt af %(name)s') % {'name': given.acting.label}}" if given.acting else ""
    rows = [
        (_("Statistik"), given.statistic.name),
        (_("Kommune"), f"{given.municipality.label}{acting}"),
        (_("Periode"), approval.period),
        (_("Godkendte paragraffer") if given.given else _("Paragraffer"), "; ".join(given.approved) or _("ingen")),
        (_("Paragraffer uden ydelser"), "; ".join(given.nothing) or _("ingen")),
        (_("Rapportens dato"), show_date(approval.report_day)),
        (_("Rapporten er dannet"), f"{timezone.localtime(approval.report_made_at):%d.%m.%Y %H.%M}"),
        (_("Tilstand"), given.state_text),
        (_("Godkendt af"), _by(approval.made_by_name, approval.made_at)),
    ]
    if approval.decided_at:
        rows.append((_decided(given), _by(approval.decided_by_name, approval.decided_at)))
    return rows


def _decided(given: Given) -> str:
    texts = {
        State.GIVEN: _("Bekræftet af"),
        State.REFUSED: _("Taget tilbage af") if given.approval.taken_back else _("Afvist af"),
        State.LAPSED: _("Godkendt på ny af"),
    }
    return texts[State(given.approval.state)]


def _by(name: str, at: datetime) -> str:
    return f"{name}, {timezone.localtime(at):%d.%m.%Y %H.%M}"
