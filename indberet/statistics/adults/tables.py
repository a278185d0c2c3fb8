"""The tables of the adults' report (guide A22-A25; what they hold is proposed in domain-voksne.md, section 10)."""

from datetime import date

from indberet.definition.code_lists import Certainty
from indberet.definition.dates import years_after
from indberet.definition.tables import Columns, Entry, Measure, Rows, Table, countable
from indberet.statistics.shared.tables import APPROVAL, DAYS, FINDINGS, LACKING, TODAY

SINCE = date(2015, 1, 1)
"""The first quarter that is published (domain-voksne.md, section 1)."""
OF_AGE = 18


def counted(entry: Entry) -> bool:
    """A period that can be counted, and that does not end before the citizen is 18 (section 10, no. 12)."""
    born = entry.born
    if not countable(entry) or born is None or entry.end.year - born.year > OF_AGE:
        return countable(entry)
    return entry.end >= years_after(born, OF_AGE)


RECEIVED = Table(
    id="received",
    rows=Rows.SECTIONS,
    columns=(Columns.QUARTERS,),
    measures=(Measure.SERVICES, Measure.PERSONS),
    since=SINCE,
    compared=True,
    source="Guide A22: table 1 rests on everything received; domain-voksne.md, section 10, no. 9",
    certainty=Certainty.INFERRED,
)
FULL_TIME = Table(
    id="full_time",
    rows=Rows.SECTIONS,
    columns=(Columns.QUARTERS, Columns.YEARS),
    measures=(Measure.FULL_TIME, Measure.PERSONS),
    population=counted,
    since=SINCE,
    compared=True,
    charted=Measure.FULL_TIME,
    source="StatBank HAND01, HAND07; the formula is inferred in domain-voksne.md, section 7",
    certainty=Certainty.INFERRED,
)

TABLES: tuple[Table, ...] = (TODAY, DAYS, RECEIVED, FULL_TIME, APPROVAL, LACKING, FINDINGS)
