"""The tables of the children's report (guide C05, C16; domain-boern-unge.md, sections 6 and 7)."""

from datetime import date

from indberet.definition.code_lists import Certainty
from indberet.definition.dates import years_after
from indberet.definition.periods import Period
from indberet.definition.tables import Columns, Entry, Grouping, Measure, Rows, Table, countable
from indberet.statistics.shared.tables import APPROVAL, DAYS, FINDINGS, LACKING, TODAY

SINCE = date(2022, 1, 1)
"""The first day of the statistic (domain-boern-unge.md, section 1)."""
AGE_GROUPS = ((6, "0005"), (12, "0611"), (18, "1217"))
"""Up to which age, and the code of the group (boern_unge_aldersgrupper.csv)."""
OLDER, UNKNOWN_AGE = "18OV", "999"
GIRL, BOY, UNKNOWN_SEX = "pige", "dreng", "ukendt"


def age_group(entry: Entry, year: Period) -> str:
    """The age on 31 December; who is 18 by then is counted by the age at the end of the service in that year."""
    if entry.born is None:
        return UNKNOWN_AGE
    for day in (year.last, min(entry.end, year.last)):
        for below, code in AGE_GROUPS:
            if day < years_after(entry.born, below):
                return code
    return OLDER


def sex(entry: Entry, year: Period) -> str:
    """As reported, else as the CPR number tells: an even last digit is a girl's."""
    if entry.sex or not entry.cpr.isdigit():
        return entry.sex or UNKNOWN_SEX
    return BOY if int(entry.cpr[-1]) % 2 else GIRL


YEARS = Table(
    id="years",
    rows=Rows.SECTIONS,
    columns=(Columns.YEARS,),
    measures=(Measure.SERVICES, Measure.PERSONS),
    population=countable,
    since=SINCE,
    compared=True,
    charted=Measure.SERVICES,
    source="StatBank HANDBU03 (100, 110, 1-8); the formula is inferred in domain-boern-unge.md, section 7",
    certainty=Certainty.INFERRED,
)
BY_SEX = Table(
    id="by_sex",
    rows=Rows.SECTIONS,
    columns=(Columns.YEARS,),
    measures=(Measure.SERVICES, Measure.PERSONS),
    population=countable,
    since=SINCE,
    grouping=Grouping(code_list="sexes", of=sex),
    source="StatBank HANDBU01 and HANDBU04",
    certainty=Certainty.INFERRED,
)
BY_AGE = Table(
    id="by_age",
    rows=Rows.SECTIONS,
    columns=(Columns.YEARS,),
    measures=(Measure.SERVICES, Measure.PERSONS),
    population=countable,
    since=SINCE,
    grouping=Grouping(code_list="age_groups", of=age_group),
    source="StatBank HANDBU02 and HANDBU04; the day of reference: domain-boern-unge.md, section 9, no. 13",
    certainty=Certainty.INFERRED,
)

TABLES: tuple[Table, ...] = (TODAY, DAYS, YEARS, BY_SEX, BY_AGE, APPROVAL, LACKING, FINDINGS)
