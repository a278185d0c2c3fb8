"""Changes between two dates, and announced ones, as notes that a lawyer can read: on a page and as Markdown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from indberet.definition.changes import Change, Kind, Part, announced, changes
from indberet.definition.code_lists import Code
from indberet.definition.dates import show_date
from indberet.definition.fields import Field
from indberet.definition.properties import list_name
from indberet.definition.rules import Rule
from indberet.definition.statistic import Statistic

from .words import certainties, certainty_word, long_code, severity_word, short_code, some


@dataclass(frozen=True, kw_only=True)
class Note:
    """One change in a sentence, with who says so and how sure it is."""

    text: str
    source: str
    certainty: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The notes under one heading."""

    heading: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class ReleaseNotes:
    """What changes on a day; `remarks` are the notes of the code lists on the codes concerned, in English."""

    day: date
    parts: tuple[Notes, ...]
    remarks: tuple[str, ...]


def release_notes(statistic: Statistic, found: Iterable[Change], day: date) -> ReleaseNotes:
    """The changes under their headings; a heading without changes is left out."""
    headings = {Part.CODES: _("Koder"), Part.REQUIREMENTS: _("Felter og krav"), Part.RULES: _("Regler")}
    by_part: dict[Part, list[Change]] = {part: [] for part in Part}
    for change in found:
        by_part[change.part].append(change)
    parts = tuple(
        Notes(heading=headings[part], notes=tuple(_note(statistic, change) for change in those))
        for part, those in by_part.items()
        if those
    )
    codes = (code for those in by_part.values() for change in those for code in change.codes)
    return ReleaseNotes(day=day, parts=parts, remarks=_remarks(codes))


def announcements(statistic: Statistic, today: date) -> tuple[ReleaseNotes, ...]:
    """What is announced after `today`, the nearest day first."""
    return tuple(release_notes(statistic, found, day) for day, found in announced(statistic, today))


def as_markdown(statistic: Statistic, before: date, after: date) -> str:
    """Release notes from one record date to another."""
    days = {"before": show_date(before), "after": show_date(after)}
    compared = _("Sammenlignet er, hvad der gælder for poster med datoen %(before)s og %(after)s i feltet “%(field)s”.")
    title = _("%(statistic)s: ændringer fra %(before)s til %(after)s") % {**days, "statistic": statistic.name}
    lines = [
        f"# {title}",
        "",
        compared % {**days, "field": statistic.label(statistic.record_date)},
        "",
    ]
    found = release_notes(statistic, changes(statistic, before, after), after)
    return "\n".join([*lines, *(_markdown(found, "##") if found.parts else (_("Ingen ændringer."), ""))])


def announced_markdown(statistic: Statistic, today: date, heading: str) -> Iterator[str]:
    """The announced changes, below a heading of the given level."""
    title = _("Varslede ændringer")
    yield from (f"{heading} {title}", "")
    found = announcements(statistic, today)
    if not found:
        yield from (no_announcement(today), "")
    for each in found:
        yield from (f"{heading}# {show_date(each.day)}", "", *_markdown(each, f"{heading}##"))


def no_announcement(today: date) -> str:
    """What is said when nothing is announced."""
    return _("Ingen varslede ændringer efter %(day)s.") % {"day": show_date(today)}


def _markdown(found: ReleaseNotes, heading: str) -> Iterator[str]:
    source, remarks = _("Kilde"), _("Bemærkninger til koderne (på engelsk)")
    for part in found.parts:
        yield from (f"{heading} {part.heading}", "")
        for note in part.notes:
            yield from (f"- {note.text}", f"  - {note.certainty}")
            if note.source:
                yield f"  - {source}: {note.source}"
        yield ""
    if found.remarks:
        yield from (f"{heading} {remarks}", "")
        yield from (f"- {remark}" for remark in found.remarks)
        yield ""


def _note(statistic: Statistic, change: Change) -> Note:
    sure = {"certainty": certainty_word(change.certainty) if change.certainty else certainties(change.codes)}
    return Note(
        text=_text(statistic, change),
        source="; ".join(change.sources),
        certainty=(_("Sikkerhed: %(certainty)s") if change.certainty else _("Kodernes sikkerhed: %(certainty)s"))
        % sure,
    )


def _text(statistic: Statistic, change: Change) -> str:
    if change.rule:
        return _of_rule(statistic, change.rule, begins=change.kind == Kind.BEGINS)
    if change.field:
        return f"{_of_field(statistic, change.field, begins=change.kind == Kind.BEGINS)} {change.told}".strip()
    if change.details:
        each = (
            f"{short_code(code, section=False)}: {detail}"
            for code, detail in zip(change.codes, change.details, strict=True)
        )
        return (
            f"{list_name(statistic, change.code_list)}, {change.told[:1].lower()}{change.told[1:]}: {'; '.join(each)}"
        )
    if change.told:
        return f"{', '.join(map(short_code, change.codes))}: {change.told}"
    return _of_codes(statistic, change)


def _of_rule(statistic: Statistic, rule: Rule, *, begins: bool) -> str:
    told = {"id": rule.id, "severity": severity_word(rule.severity), "text": statistic.rule_text(rule)}
    if begins:
        return _("Ny regel %(id)s (%(severity)s): %(text)s") % told
    return _("Regel, der udgår, %(id)s (%(severity)s): %(text)s") % told


def _of_field(statistic: Statistic, field: Field, *, begins: bool) -> str:
    label = {"field": statistic.label(field.name)}
    return _("Nyt felt: “%(field)s”.") % label if begins else _("Felt, der udgår: “%(field)s”.") % label


def _of_codes(statistic: Statistic, change: Change) -> str:
    told = {"list": list_name(statistic, change.code_list), "count": str(len(change.codes))}
    told["codes"] = "; ".join(map(long_code, change.codes))
    if change.kind == Kind.BEGINS:
        return _("%(list)s, nye (%(count)s): %(codes)s") % told
    return _("%(list)s, der udgår (%(count)s): %(codes)s") % told


def _remarks(codes: Iterable[Code]) -> tuple[str, ...]:
    """The codes' notes, each once, with the codes it is about."""
    about: dict[str, dict[str, None]] = {}
    for code in codes:
        if code.note:
            about.setdefault(code.note, {})[short_code(code, section=False)] = None
    return tuple(f"{some(list(names))}: {note}" for note, names in about.items())
