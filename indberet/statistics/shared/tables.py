"""Report tables that several statistics have."""

from indberet.definition.code_lists import Certainty
from indberet.definition.tables import Columns, Measure, Rows, Table

TODAY = Table(
    id="today",
    rows=Rows.SECTIONS,
    columns=(Columns.TODAY,),
    measures=(Measure.SERVICES, Measure.PERSONS, Measure.RECORDS),
    source="domain-boern-unge.md, section 6: the daily report (a proposal)",
    certainty=Certainty.INVENTED,
)
DAYS = Table(
    id="days",
    rows=Rows.DAYS,
    columns=(Columns.CHANGES,),
    measures=(Measure.RECORDS,),
    source="Guide C05: the newest corrections day by day; the columns are a proposal",
    certainty=Certainty.INFERRED,
)
APPROVAL = Table(
    id="approval",
    rows=Rows.SECTIONS,
    columns=(Columns.ROUNDS,),
    measures=(Measure.SERVICES, Measure.PERSONS, Measure.RECORDS, Measure.ERRORS),
    source="Guide C16: sections are approved on the report; domain-voksne.md, section 7: the series from 2015K1",
    certainty=Certainty.INFERRED,
)
LACKING = Table(
    id="lacking",
    rows=Rows.SECTIONS,
    columns=(Columns.FIELDS,),
    measures=(Measure.SERVICES, Measure.PERSONS),
    source="Guide A25 names table 3; domain-voksne.md, section 10, no. 9: services without mandatory information",
    certainty=Certainty.INFERRED,
)
FINDINGS = Table(
    id="findings",
    rows=Rows.RULES,
    columns=(Columns.FINDINGS,),
    measures=(Measure.RECORDS, Measure.PERSONS),
    source="Guide A25 names the list of errors; domain-voksne.md, section 10, no. 9 and 10",
    certainty=Certainty.INFERRED,
)
