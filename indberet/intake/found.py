"""What was found in a delivery, as rows of its receipt."""

import string
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import Any

from indberet.definition.rules import ERROR, WARNING, Rule
from indberet.definition.statistic import Statistic
from indberet.definition.values import RecordValues
from indberet.register.behind import Behind
from indberet.register.bulk import Table
from indberet.register.findings import Found
from indberet.register.incoming import Outcome

from .lines import Opened, Problem
from .masks import exported, masked, masked_key, shown
from .models import LONGEST_VALUE, Delivery, DeliveryFinding
from .texts import severity

WORDS = string.Formatter()


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
            if not (problem.code.startswith("schema_") and problem.field and problem.field in told):
                worst = max(worst, self._problem(line.key, problem, record))
        if outcome.note:
            action = self.opened.name_of("action")
            worst = max(worst, self._problem(line.key, Problem(outcome.note, action, line=line.line), record))
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
        value = shown(field, problem.value)
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
        self._row(line.line, line.key, self.opened.name_of(field.name), found.rule.id, level, value, params, record)

    def _row(
        self, line: int, key: str, name: str, code: str, level: int, value: str, params: Any, record: int | None
    ) -> None:
        value = value[:LONGEST_VALUE].replace("\x00", "")
        self._rows.append([self.delivery.pk, line, masked_key(key)[:60], name[:60], code, level, value, params, record])

    def _export(self, values: RecordValues, names: Iterable[str]) -> dict[str, str]:
        return {name: text for name in names if (text := exported(self.statistic.field(name), values.values.get(name)))}

    def _names_for(self, rule: Rule) -> tuple[str, ...]:
        """The fields that the rule's message speaks of, in either language."""
        if rule.id not in self._needed:
            wanted = {rule.fields[0], "start", "end"}
            kind = rule.message_key.split(".")[1]
            for texts in self.statistic.texts.by_language.values():
                said = texts.get(f"fields.{rule.fields[0]}.{kind}", "") + texts.get(rule.message_key, "")
                words = {name for _text, name, *_rest in WORDS.parse(said) if name}
                wanted |= {word.removeprefix("other_") for word in words}
            self._needed[rule.id] = tuple(sorted(filter(self.statistic.has_field, wanted)))
        return self._needed[rule.id]
