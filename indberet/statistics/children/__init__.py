"""Handicapydelser til børn og unge: measures for children and young people with reduced functional ability.

Sources: the user guide (items C01-C17) and, where it is silent, the notes in each code list and rule.
"""

from pathlib import Path

from indberet.definition.approval import ApprovalPlan, load_dues
from indberet.definition.statistic import Capabilities, Flow, Statistic, load_code_lists
from indberet.statistics import shared
from indberet.statistics.shared.tables import APPROVAL

from .exchange import EXCHANGE
from .fields import FIELDS
from .rules import NOT_RULES, RULES
from .tables import SINCE, TABLES

FOLDER = Path(__file__).parent

STATISTIC = Statistic(
    id="children",
    number=2,
    prefix="C",
    folder=FOLDER,
    shared_folder=shared.FOLDER,
    fields=FIELDS,
    own_rules=RULES,
    not_rules=NOT_RULES,
    code_lists={**shared.CODE_LISTS, **load_code_lists(FOLDER / "code_lists", ("services", "sexes", "age_groups"))},
    tables=TABLES,
    columns=("cpr", "udl", "service_code", "start", "end", "p_number", "department_uuid", "caseworker"),
    contact_email="handicap_boern_unge@dst.dk",
    contact_phone="39 17 39 20",
    guide_url="https://www.dst.dk/bmh",
    exchange=EXCHANGE,
    approval=ApprovalPlan(covers="year", since=SINCE, table=APPROVAL.id, dues=load_dues(FOLDER / "deadlines.csv")),
    capabilities=Capabilities(digital_post=True, person_without_cpr=True),
    flow=Flow(
        add_goes_on_with="case",
        close_leads_to="start",
        edit_buttons=("save", "save_next", "save_stop", "close"),
        listings_link="go",
    ),
)
