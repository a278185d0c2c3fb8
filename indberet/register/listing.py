"""Listings: what was entered here (own) and everything received (all), per municipality and statistic."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from indberet.definition.statistic import Statistic

KINDS = ("own", "all")


def view_labels() -> dict[str, str]:
    """What the three views of the guides are called, by key."""
    return {"records": _("Sager og ydelser"), "cases": _("Kun sager"), "case_records": _("Ydelser ved sag")}


def column_label(statistic: Statistic, name: str) -> str:
    """The heading of a column."""
    own = {"count": _("Antal ydelser"), "changed_at": _("Sidst rettet"), "severity": _("Status"), "source": _("Kilde")}
    return own.get(name) or statistic.texts.find(f"fields.{name}.column") or statistic.label(name)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A row in the list of reports. `all` is for reading only."""

    statistic: Statistic
    municipality: str
    kind: str

    @property
    def number(self) -> str:
        """The listing's number: statistic, municipality, kind."""
        return f"{self.statistic.number}{self.municipality}{KINDS.index(self.kind) + 1}"

    @property
    def type(self) -> str:
        """The label in column Type; both guides use these words."""
        return _("Egne IDEP") if self.kind == "own" else _("All (read only)")

    @property
    def read_only(self) -> bool:
        """Whether records cannot be changed from here."""
        return self.kind == "all"

    @property
    def counter(self) -> str:
        """The case's column with the number of services in this listing."""
        return "own_records" if self.kind == "own" else "all_records"

    def columns(self, view: str) -> tuple[str, ...]:
        """Names of the columns of a view, which are also what it can be sorted and filtered by."""
        names = self.statistic.columns
        if view == "cases":
            return (*(name for name in names if self.statistic.field(name).owner == "case"), "count", "changed_at")
        persons = sum(self.statistic.field(name).owner == "case" for name in names)
        source = ("source",) if self.read_only else ()
        return (*names[:persons], "severity", *names[persons:], *source, "changed_at")

    def shared_filters(self, view: str) -> frozenset[str]:
        """Names of the columns by which a view is narrowed as the one before was: what cases and records have in
        common. The view of the services of some cases shows them all."""
        if view == "case_records":
            return frozenset()
        own = {name for name in self.statistic.columns if self.statistic.field(name).owner == "case"}
        return frozenset({*own, "source"} if self.read_only else own)


class ListingConverter:
    """<listing:kind> in URL patterns."""

    regex = "own|all"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
