"""What is kept from somebody who may see or report some sections of the law only, for another municipality."""

from collections.abc import Sequence

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues


def seen_by(scope: Scope, statistic: Statistic, others: Sequence[RecordValues]) -> Sequence[RecordValues]:
    """Those of a case's other records that the scope may read; no rule tells it of the rest. Raises NoPrivilege."""
    codes = scope.service_codes("read", statistic.id)
    return others if codes is None else [other for other in others if other.service_code in codes]


def may_report_code(scope: Scope, statistic: Statistic, code: str) -> bool:
    """Whether a record of the service code may be reported. Raises NoPrivilege when nothing may."""
    codes = scope.service_codes("report", statistic.id)
    return codes is None or code in codes
