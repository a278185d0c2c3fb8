"""What came in after the register was filled: deliveries from systems, and approvals of the year before."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from indberet.access.identity import Identity, Privilege
from indberet.access.scope import Scope
from indberet.approval.approve import approve, freeze_report
from indberet.approval.desk import sheet
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic
from indberet.intake.deliver import Sender, deliver

from .delivery_file import DeliveryFile, NewNumbers
from .names import SYSTEM, full_name
from .plan import SMALL_OTHERS, Portion

SHARE = 30  # one record in so many comes with the latest delivery
APPROVED = SMALL_OTHERS[:4]  # of them the last has approved half of its sections


def receive(portions: Sequence[Portion], *, seed: str) -> int:
    """Takes a delivery for each portion that has a system; the first one's file is also sent for another municipality,
    and refused. Returns the number of deliveries."""
    numbers = NewNumbers()
    delivering = [portion for portion in portions if portion.by_hand < 1]
    with TemporaryDirectory() as folder:
        for number, portion in enumerate(delivering):
            file = Path(folder) / str(number)
            DeliveryFile(portion.statistic, portion.municipality, 1 + portion.records // SHARE, seed).write(
                file, numbers
            )
            _send(file, portion.statistic, portion.municipality)
            if number == 0 and len(delivering) > 1:
                _send(file, portion.statistic, delivering[-1].municipality)
    return len(delivering)


def approve_last_year(today: date) -> int:
    """Approves the year before on today's reports in some municipalities; returns the number of approvals."""
    places = [(code, statistic) for code in APPROVED for statistic in statistics()]
    for code, statistic in places:
        _approve(_approver(statistic, code), statistic, today)
    return len(places)


def _send(file: Path, statistic: Statistic, municipality: str) -> None:
    identity = Identity(subject="demo#system", name=SYSTEM, organisation="", cvr="")
    sender = Sender(statistic=statistic, municipality=municipality, system=SYSTEM, test=False, identity=identity)
    with file.open("rb") as content:
        deliver(sender, content)


def _approver(statistic: Statistic, code: str) -> Scope:
    municipality = municipalities().known(code)
    identity = Identity(
        subject=f"demo#{code}",
        name=full_name(int(code) * 11),
        organisation=municipality.get("legal_name"),
        cvr=municipality.get("cvr"),
        privileges=(Privilege(statistic=statistic.id, verb="approve", municipality=code),),
    )
    return Scope(identity=identity, municipality=code)


def _approve(scope: Scope, statistic: Statistic, today: date) -> None:
    code, plan = scope.municipality, statistic.approval
    freeze_report(scope, statistic, code, today)
    round = plan.round(plan.years_on(today)[1], today)
    found = sheet(scope, statistic, round, today, code)
    names = [line.section.name for line in found.lines if line.open]
    sections = names[: len(names) // 2] if code == APPROVED[-1] else names
    approve(
        scope=scope,
        statistic=statistic,
        round=round,
        municipality=code,
        sections=sections,
        seen=found.seen,
        today=today,
    )
