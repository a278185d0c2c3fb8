"""What was found in a delivery, as rows of its receipt."""

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import Any

from indberet.definition.exchange import ACTION
from indberet.definition.rules import ERROR, WARNING, Rule
from indberet.definition.statistic import Statistic
from indberet.definition.told import Told
from indberet.definition.values import RecordValues
from indberet.register.behind import Behind
from indberet.register.bulk import Table
from indberet.register.findings import Found
from indberet.register.incoming import Outcome

from .lines import OF_WRITING, Opened, Problem
from .masks import exported, masked, masked_key, shown
from .models import LONGEST_NAME, LONGEST_VALUE, Delivery, DeliveryFinding
from .texts import severity

BEYOND = 50
"""Characters after the last one kept, in which a person's number may end that begins before."""


class Collector:
    """Counts lines by what became of them, and writes what was found in them."""

    def __init__(self, delivery: Delivery, statistic: Statistic, opened: Opened, *, keep_records: bool) -> None:
        self.delivery, self.statistic, self.opened = delivery, statistic, opened
        self._keep_records = keep_records
        self._rows: list[list[Any]] = []
        self._needed: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _table(self) -> Table:
        return Table(DeliveryFinding, with_id=False)

    @cached_property
    def _words(self) -> dict[str, str]:
        """What the actions are called in the file, where it has words of its own for them."""
        xml = self.statistic.exchange.xml
        own = xml.actions if xml and xml.form == self.opened.envelope.format else {}
        return {action: word for word, action in own.items()}

    def refuse(self, key: str, problems: Iterable[Problem]) -> None:
        """A line that is not stored."""
        self.delivery.records += 1
        self.delivery.refused += 1
        for problem in problems:
            self._problem(key, problem)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Something about the delivery itself."""
        for problem in problems:
            self._problem("", problem, grade=WARNING)

    def add(self, outcome: Outcome, problems: Sequence[Problem]) -> None:
        """A line that was taken, with what was found when it was read."""
        delivery, line = self.delivery, outcome.incoming
        delivery.records += 1
        setattr(delivery, outcome.did, getattr(delivery, outcome.did) + 1)
        record = outcome.record if self._keep_records else None
        if not (problems or outcome.note or outcome.found):
            return
        told = {found.rule.fields[0] for found in outcome.found}
        worst = 0
        for problem in problems:
            if not (problem.code in OF_WRITING and problem.field in told):
                worst = max(worst, self._problem(line.key, problem, record))
        if outcome.note:
            name, word = self.opened.name_of(ACTION), self._words.get(line.action, line.action)
            noted = Problem(outcome.note, name, "", word, line.line_of(ACTION))
            worst = max(worst, self._problem(line.key, noted, record))
        unread = {problem.field for problem in problems if problem.is_unread}
        for found in outcome.found:
            worst = max(worst, int(found.rule.severity))
            if not (found.rule.fields[0] in unread and self._is_empty(outcome, found)):
                self._found(outcome, found, record)
        delivery.with_errors += worst == ERROR
        delivery.with_warnings += worst == WARNING

    def _is_empty(self, outcome: Outcome, found: Found) -> bool:
        """Whether the field has no value: so it is told already, where what was there could not be read."""
        return outcome.values is not None and not outcome.values.values.get(found.rule.fields[0])

    def write(self, behind: Behind) -> None:
        """Has the rows that wait written."""
        rows, self._rows = self._rows, []
        behind.put(partial(self._table.write_rows, rows))

    def _problem(self, key: str, problem: Problem, record: int | None = None, grade: int | None = None) -> int:
        field = self.statistic.field(problem.field) if self.statistic.has_field(problem.field) else None
        level = severity(problem.code) if grade is None else grade
        value = shown(field, problem.value[: LONGEST_VALUE + BEYOND])
        params = {name: masked(str(value)) for name, value in problem.params.items()}
        self._row(problem.line, key, problem.name, problem.code, level, value, params, record)
        return level

    def _found(self, outcome: Outcome, found: Found, record: int | None) -> None:
        assert outcome.values is not None
        field = self.statistic.field(found.rule.fields[0])
        names = self._names_for(found.rule)
        params = self._export(outcome.values, names)
        if found.others:
            params |= {f"other_{name}": text for name, text in self._export(found.others[0], names).items()}
        line = outcome.incoming
        value = exported(field, outcome.values.values.get(field.name))
        level = int(found.rule.severity)
        self._row(
            line.line_of(field.name),
            line.key,
            self.opened.name_of(field.name),
            found.rule.id,
            level,
            value,
            params,
            record,
        )

    def _row(
        self, line: int, key: str, name: str, code: str, level: int, value: str, params: Any, record: int | None
    ) -> None:
        key, name = masked_key(key[: LONGEST_NAME + BEYOND]), masked(name[: LONGEST_NAME + BEYOND])
        texts = (key[:LONGEST_NAME], name[:LONGEST_NAME], code, level, value[:LONGEST_VALUE])
        self._rows.append([self.delivery.pk, line, *texts, params, record])

    def _export(self, values: RecordValues, names: Iterable[str]) -> dict[str, str]:
        return {name: text for name in names if (text := exported(self.statistic.field(name), values.values.get(name)))}

    def _names_for(self, rule: Rule) -> tuple[str, ...]:
        """The fields that the receipt speaks of when the rule is broken."""
        if rule.id not in self._needed:
            self._needed[rule.id] = tuple(sorted(Told(self.statistic).names(rule)))
        return self._needed[rule.id]
