"""What the page of one record shows besides the form: title, buttons, the person's other services, a conflict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from indberet.access.scope import Scope
from indberet.access.session import author_of
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END

from .find import beside, recent_places, records_of_case
from .form_fields import code_label
from .forms import ACCEPTED, RecordForm
from .messages import person
from .models import Case, Record
from .queue import Place
from .save import CorrectedAtSource, version_of
from .sections import may_report_code
from .told import Told, tell
from .values import Values, as_asked, case_values, record_values

Mode = Literal["new", "add", "edit", "copy"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button at the bottom; `name` is what is posted, or "close"."""

    name: str
    label: str
    style: str
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """One of the person's services in the column beside the form."""

    id: int
    code: str
    label: str
    period: str
    detail: str
    ended: bool
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which two people disagree."""

    label: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What somebody else saved while the form was open."""

    who: str
    when: str
    rows: list[Difference]


@dataclass(kw_only=True)
class RecordPage:
    """The page of a record in one of its modes. `case` is None for a person who is not known; `record` for anything
    new."""

    scope: Scope
    statistic: Statistic
    mode: Mode
    form: RecordForm
    case: Case | None = None
    record: Record | None = None
    place: Place | None = None
    version: str = ""
    token: str
    conflict: Disagreement | None = None
    notice: str = ""

    @property
    def title(self) -> str:
        """The heading; it holds no CPR number."""
        titles = {
            "new": _("Tilføj sag"),
            "add": _("Tilføj ydelse"),
            "edit": _("Redigér ydelse"),
            "copy": _("Kopiér med anden Ydelses-UUID"),
        }
        return titles[self.mode]

    @property
    def person(self) -> str:
        """The person as named on screen; nothing where the number is still to be typed."""
        return person(self.case) if self.case and self.mode != "new" else ""

    @property
    def position(self) -> str:
        """Where the service stands among those gone through."""
        if self.place is None or self.place.count < 2:
            return ""
        return _("%(number)s af %(count)s") % {"number": self.place.number, "count": self.place.count}

    @property
    def buttons(self) -> list[Button]:
        """The buttons that the statistic's guide names."""
        if self.mode == "edit":
            return _buttons(self.statistic.flow.edit_buttons)
        return _buttons(("create", "save_stop", "close"))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Hidden inputs: token, version, author, what the form was opened on, and warnings that have now been seen."""
        seen = [(ACCEPTED, key) for key in self.form.shown_keys]
        about = [("case", self.case), ("record", self.record)]
        opened = [(name, str(row.pk)) for name, row in about if row and self.mode != "new"]
        return [("token", self.token), ("version", self.version), ("author", author_of(self.scope)), *opened, *seen]

    @property
    def close_url(self) -> str:
        """Where *Luk* leads."""
        return after_close(self.statistic, self.mode)

    @property
    def action(self) -> str:
        """Where the form is sent: its own page, but a new case always as a new case."""
        return reverse("record_new", args=[self.statistic]) if self.mode == "new" else ""

    @property
    def fields_url(self) -> str:
        """Where a script asks which fields apply."""
        return reverse("form_fields", args=[self.statistic])

    @property
    def places(self) -> list[tuple[str, str]]:
        """The municipality's recently used places, when the service has one."""
        if "department_uuid" not in self.form.fields:
            return []
        return recent_places(self.scope, self.statistic)

    @property
    def other_records(self) -> list[Summary]:
        """The person's services, this one marked."""
        if self.case is None:
            return []
        rows = records_of_case(self.scope, self.statistic, self.case)
        return [summary(self.statistic, row, current=bool(self.record and row.pk == self.record.pk)) for row in rows]


def summary(statistic: Statistic, record: Record, *, current: bool = False) -> Summary:
    """A record on a few lines."""
    codes = statistic.codes_of("service_code")
    code = codes.find(record.service_code, record.start) or codes.known(record.service_code)
    details = [
        statistic.codes_of(name).known(value).label or value
        for name in ("service_uuid", "target_group")
        if statistic.has_field(name) and (value := getattr(record, name))
    ]
    return Summary(
        id=record.pk,
        code=record.service_code,
        label=" ".join(part for part in (code.get("section"), code.label) if part),
        period=period(record),
        detail=", ".join(details),
        ended=record.end < timezone.localdate(),
        current=current,
        url=reverse("record_edit", args=[statistic, record.pk]),
    )


def period(record: Record) -> str:
    """dd.mm.åååå-dd.mm.åååå, open at the end when the service is active."""
    end = "" if record.end == OPEN_END else f"{record.end:%d.%m.%Y}"
    return f"{record.start:%d.%m.%Y}-{end}"


def show_values(statistic: Statistic, values: Mapping[str, Any], record: Record) -> list[tuple[str, str]]:
    """(label, value) of every filled field, codes with their names."""
    found = statistic.values(values, record.start)
    return [(statistic.label(f.name), shown(statistic, f.name, values)) for f in statistic.fields_for(found)]


def findings_of_stored(scope: Scope, statistic: Statistic, record: Record) -> list[Told]:
    """What a living record breaks today, with what was said when warnings were accepted."""
    today = timezone.localdate()
    values = as_asked(statistic, record_values(statistic, record), today, record)
    around = beside(scope, statistic, values.values, today=today, case=record.case, record=record.pk)
    return tell(statistic, values, statistic.check(values, around.others, around.elsewhere), record)


def shown(statistic: Statistic, name: str, values: Mapping[str, Any]) -> str:
    """A value as people read it: a code with its name."""
    definition = statistic.field(name)
    value = values.get(name)
    if not value or definition.kind not in ("code", "codes"):
        return definition.show(value)
    codes = statistic.codes_of(name)
    each = value if isinstance(value, tuple) else (value,)
    return ", ".join(code_label(codes.known(code)) or code for code in each)


def disagreement(statistic: Statistic, record: Record, typed: Values) -> Disagreement:
    """What differs between the stored record and what was typed."""
    stored = record_values(statistic, record)
    rows = [
        Difference(statistic.label(name), shown(statistic, name, typed), shown(statistic, name, stored))
        for name in stored
        if (stored[name] or None) != (typed.get(name) or None)
    ]
    return Disagreement(record.changed_by, f"{timezone.localtime(record.changed_at):%H.%M}", rows)


def corrected_at_source(statistic: Statistic, refused: CorrectedAtSource, name: str) -> str:
    """Why a value of the person cannot be corrected here, and what to do."""
    if not refused.systems:
        return _(
            "Oplysningen er fælles for borgerens ydelser, og kommunens fagsystem har sendt den. Kun kommunen selv kan "
            "få den rettet. Lad feltet stå, som det var, for at gemme resten."
        )
    told = _(
        "Borgeren har også ydelser fra %(system)s, og oplysningen er fælles for dem. Ret den i %(system)s, og send den "
        "derfra igen. Sæt den tilbage til %(value)s for at gemme resten."
    )
    value = shown(statistic, name, case_values(statistic, refused.case))
    return told % {"system": ", ".join(refused.systems), "value": value}


def edit_url(scope: Scope, statistic: Statistic, record: Record) -> str:
    """Where a record that is shown for reading only is corrected; nothing when it is not, here or by this person."""
    if not record.is_own or record.deleted_at or not scope.may_some("report", statistic.id):
        return ""
    may = may_report_code(scope, statistic, record.service_code)
    return reverse("record_edit", args=[statistic, record.pk]) if may else ""


def after_close(statistic: Statistic, mode: Mode) -> str:
    """The address behind *Luk*: each guide says its own for new services; after a correction it is the overview."""
    if statistic.flow.close_leads_to == "start" and mode != "edit":
        return reverse("start")
    return reverse("overview", args=[statistic, "own"])


def opened_version(case: Case | None, record: Record | None) -> str:
    """The versions to send along with the form."""
    return version_of(case, record) if case else ""


def _buttons(names: Iterable[str]) -> list[Button]:
    """The buttons of these names; the first is the one that Enter presses."""
    labels = {
        "create": (_("Opret"), "Enter"),
        "save": (_("Gem"), "Enter"),
        "save_next": (_("Gem og næste"), "Alt+N"),
        "save_stop": (_("Gem og stop"), "Alt+S"),
        "close": (_("Luk"), "Esc"),
    }
    styles = ("primary", *("secondary" for _name in labels))
    return [
        Button(name, labels[name][0], "tertiary" if name == "close" else style, labels[name][1])
        for name, style in zip(names, styles, strict=False)
    ]
