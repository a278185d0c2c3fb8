"""The cases of lines that came in, found or made, and what the lines tell of the person; in which order they stand does
not matter but where two of them tell different things."""

from collections.abc import Callable

from indberet.definition.statistic import Statistic

from .incoming import Incoming
from .models import Case
from .values import PERSON, Values, case_values, put_case_values


class ToldCases:
    """Cases by id in `all`, new ones also in `new`. All lines are placed before the cases are told what they say;
    `different` are then those whose values are others than they were, and `replaced` those of records that were sent
    before: such a line replaces what was told of the person, too. Lines of old that `fills` is for tell only what is
    not known of a person yet."""

    def __init__(self, statistic: Statistic, there: dict[int, Case], make: Callable[[], Case], *, fills: bool) -> None:
        self._statistic, self._make, self._fills = statistic, make, fills
        self.all, self.new = there, dict[int, Case]()
        self.replaced, self.different = set[int](), list[int]()
        self._by_number = {number: case.id for case in there.values() for number in (case.cpr, case.udl) if number}
        self._empty: Values = {field.name: field.empty for field in statistic.fields if field.owner == "case"}
        self._lines: dict[int, list[Incoming]] = {}
        self._values: dict[int, Values] = {}

    def place(self, line: Incoming, sent_before: int | None) -> Case:
        """The person's case, given the one of the record that was sent before; who has no number has a case alone."""
        number = line.person
        id = self._by_number.get(number) if number else None
        if not number and sent_before and not any(getattr(self.all[sent_before], name) for name in PERSON):
            id = sent_before
        case = self._new(number) if id is None else self.all[id]
        self._lines.setdefault(case.id, []).append(line)
        if sent_before:
            self.replaced.add(case.id)
        return case

    def tell(self, stands: Callable[[int], bool]) -> None:
        """Gives each case what its lines say of the person. What none of them says is emptied unless it `stands`."""
        for id, lines in self._lines.items():
            case = self.all[id]
            before = self._empty if id in self.new else case_values(self._statistic, case)
            kept = before if id in self.new or stands(id) else {**self._empty, **_numbers(before)}
            told = {**kept, **self._said(lines)}
            if self._fills:
                told |= {name: value for name, value in before.items() if value}
            if told.get("birth_date") and told.get("cpr"):
                told["birth_date"] = None  # a CPR number tells it
            for line in lines:
                case.extra.update(line.kept.get("case", ()))
            self._values[id] = told
            if told != before:
                self._put(case, told)

    def values(self, case: int) -> Values:
        """What a case that lines are about holds now."""
        return self._values[case]

    def _said(self, lines: list[Incoming]) -> dict[str, object]:
        return {name: value for line in lines for name in self._empty if (value := line.values.get(name))}

    def _put(self, case: Case, told: Values) -> None:
        put_case_values(self._statistic, case, told)
        if case.id not in self.new:
            case.version += 1
            self.different.append(case.id)

    def _new(self, number: str) -> Case:
        case = self._make()
        self.all[case.id] = self.new[case.id] = case
        if number:
            self._by_number[number] = case.id
        return case


def _numbers(values: Values) -> Values:
    return {name: values[name] for name in PERSON if name in values}
