"""Handicap og udsatte (voksne): services to adults with disabilities and other vulnerable adults.

Sources: the user guide of March 2025 (items A01-A28) and, where it is silent, the notes in each code list and rule.
"""

from pathlib import Path

from indberet.definition.approval import ApprovalPlan, load_delegations, load_dues
from indberet.definition.exchange import Exchange
from indberet.definition.statistic import Flow, Statistic, load_code_lists
from indberet.statistics import shared
from indberet.statistics.shared.tables import APPROVAL

from .fields import FIELDS
from .rules import NOT_RULES, RULES
from .tables import SINCE, TABLES

FOLDER = Path(__file__).parent
LISTS = ("services", "target_groups", "offers", "ffb_services", "functional_levels")

STATISTIC = Statistic(
    id="adults",
    number=1,
    prefix="A",
    folder=FOLDER,
    shared_folder=shared.FOLDER,
    fields=FIELDS,
    own_rules=RULES,
    not_rules=NOT_RULES,
    service_key=("service_code", "start", "end", "offer_uuid", "p_number", "department_uuid", "paying_municipality"),
    code_lists={**shared.CODE_LISTS, **load_code_lists(FOLDER / "code_lists", LISTS)},
    tables=TABLES,
    columns=(
        "cpr",
        "service_code",
        "start",
        "end",
        "target_group",
        "offer_uuid",
        "service_uuid",
        "p_number",
        "department_uuid",
        "paying_municipality",
    ),
    hidden_columns=("offer_uuid", "department_uuid"),
    contact_email="handicap@dst.dk",
    contact_phone="39 17 31 40",
    guide_url="https://www.dst.dk/handicap",
    exchange=Exchange(by_field_name=True),
    approval=ApprovalPlan(
        covers="series",
        since=SINCE,
        table=APPROVAL.id,
        dues=load_dues(FOLDER / "deadlines.csv"),
        delegations=load_delegations(FOLDER / "delegations.csv"),
    ),
    flow=Flow(
        add_goes_on_with="service",
        close_leads_to="overview",
        edit_buttons=("save_next", "save_stop", "close"),
        listings_link="see",
    ),
)
