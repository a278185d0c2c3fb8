"""What a manifest says of an export, for the sheet and for the text file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.definition.registry import municipalities

from .models import Export, Format

TIME = "%d.%m.%Y %H:%M:%S %z"


def manifest(export: Export) -> list[tuple[str, str]]:
    """Labels and texts in the active language; none is a person number."""
    listing = export.listing
    municipality = municipalities().known(export.municipality)
    return [
        (_("Fil"), export.file_name),
        (_("Statistik"), listing.statistic.name),
        (_("Indberetning"), f"{listing.number} {listing.type}"),
        (_("Kommune"), f"{municipality.code} {municipality.label}"),
        *_extent(export),
        (_("Rækker"), _("%(count)s (uden overskriften)") % {"count": export.rows}),
        (_("Tidspunkt"), f"{timezone.localtime(export.started_at):{TIME}}"),
        (_("Hentet af"), export.name),
        (_("Kontrolsum (SHA-256)"), export.sha256),
        *_notes(export),
    ]


def manifest_text(export: Export) -> str:
    """The manifest as a text file. Its last line is what `sha256sum --check` reads, when the file is a CSV file."""
    lines = [f"{label}: {text}" for label, text in (*manifest(export), (_("Tilstand"), state(export)))]
    if export.format == Format.CSV and export.finished_at:
        lines += ["", f"{export.sha256}  {export.file_name}"]
    return "\n".join(lines) + "\n"


def state(export: Export) -> str:
    """Whether the whole file was sent. One that is still being sent has not been."""
    return _("Fuldført") if export.finished_at else _("Ikke fuldført")


def _extent(export: Export) -> list[tuple[str, str]]:
    if not export.filters:
        return [(_("Udsnit"), _("Hele indberetningen"))]
    return [(_("Udsnit"), _("Filtreret")), *((_("Filter"), f"{label}: {text}") for label, text in export.filters)]


def _notes(export: Export) -> list[tuple[str, str]]:
    if export.format == Format.XLSX:
        return [(_("Om kontrolsummen"), _("Den er af de samme rækker som CSV-fil; arkets egne bytes har en anden."))]
    return [
        (
            _("Tegnsæt og skilletegn"),
            _('UTF-8 med BOM; semikolon mellem felterne; CRLF efter hver række; " om felter.'),
        ),
        (_("Koder, numre og tekst med tal"), _('Står som ="001", så Excel ikke ændrer dem. Tekst er det mellem "".')),
        (_("Tekst, der ligner en formel"), _("Har fået en apostrof foran. Fjern den for at få teksten igen.")),
        (_("Datoer"), _("Står som åååå-mm-dd.")),
    ]
