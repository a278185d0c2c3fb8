"""What receipts of deliveries say of rules: to whoever runs a system, with values as files have them.

A rule whose message is in the words of the form has another beside it: `delivered`. The rules that follow from fields
also have `title` and `expected`; a field may say `fields.<name>.delivered.<kind>` instead.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from .fields import Code, Codes, Digits, Field, Text
from .rules import Rule
from .statistic import Statistic
from .values import Condition, RecordValues

MOST_CODES, MOST_CHARACTERS = 15, 250
"""Of a list whose codes are told one by one."""
ASKING = ("required", "not_used")


class Told:
    """The rules of a statistic in words, in the language that is active when asked."""

    def __init__(self, statistic: Statistic) -> None:
        self.statistic = statistic

    def title(self, rule: Rule) -> str:
        """What a finding of the rule is about, without its values."""
        text = self.statistic.texts.find(_beside(rule, "title"))
        return text.format(label=self._label(rule)) if text else self.statistic.rule_text(rule)

    def expectation(self, rule: Rule, record: RecordValues) -> str:
        """What the record should have had: which field, in which form or with which codes."""
        text = self.statistic.texts.find(_beside(rule, "expected"))
        if not text:
            return self.statistic.rule_text(rule)
        name = rule.fields[0]
        return text.format(label=self._label(rule), form=self.form(name, record), dated=self._dated(name, record))

    def reason(self, rule: Rule, record: RecordValues, others: Sequence[RecordValues] = ()) -> str:
        """What is wrong, beside the first of `others` if it is a rule of the case."""
        name, kind = rule.fields[0], kind_of(rule)
        words = self._values(record)
        if others:
            words |= {f"other_{each}": text for each, text in self._values(others[0]).items()}
        words |= {"label": self._label(rule), "value": words[name]}
        if kind == "list":
            words |= self._not_listed(name, record)
        if kind == "required":
            words["why"] = self._why(self.statistic.field(name), record, words)
        find = self.statistic.texts.find
        text = find(_of_field(rule)) or find(_beside(rule, "delivered")) or self.statistic.text(rule.message_key)
        return text.format(**words)

    def names(self, rule: Rule) -> set[str]:
        """Names of the fields whose values must be known to tell of the rule, in any language."""
        fields = self.statistic.fields
        wanted = {rule.fields[0], self.statistic.record_date, "end"}
        if kind_of(rule) in ASKING:
            wanted |= {field.name for field in fields if field.steers}
        keys = (_of_field(rule), _beside(rule, "delivered"), rule.message_key, f"fields.{rule.fields[0]}.why")
        said = " ".join(texts.get(key, "") for texts in self.statistic.texts.by_language.values() for key in keys)
        return {field.name for field in fields if field.name in wanted or f"{field.name}}}" in said}

    def form(self, name: str, record: RecordValues | None = None) -> str:
        """How a field's value is written in a file, with its codes if they are few on the record's day."""
        field = self.statistic.field(name)
        if isinstance(field, Code | Codes):
            return self._codes(field, record)
        length = field.length if isinstance(field, Digits) else 0
        longest = field.longest if isinstance(field, Text) else 0
        return self.statistic.text(f"forms.{field.kind}", length=length, longest=longest)

    # Parts

    def _label(self, rule: Rule) -> str:
        return self.statistic.label(rule.fields[0])

    def _values(self, record: RecordValues) -> dict[str, str]:
        """The record's values as files have them, and its period."""
        found = {field.name: field.export(record.values.get(field.name)) for field in self.statistic.fields}
        start, end = found.get(self.statistic.record_date, ""), found.get("end", "")
        return {**found, "period": self.statistic.text(f"span.{'closed' if end else 'open'}", start=start, end=end)}

    def _dated(self, name: str, record: RecordValues) -> str:
        """By which day the codes of a field are looked up."""
        key = "entry" if name in self.statistic.dated_by_entry else "start"
        return self.statistic.text(f"dated.{key}", start=f"{record.date}", entered=f"{record.entered}")

    def _codes(self, field: Code | Codes, record: RecordValues | None) -> str:
        known = self.statistic.codes_of(field.name)
        rows = known.on(record.day_of(field.name)) if record else known.rows
        codes = tuple(dict.fromkeys(row.code for row in rows if row.selectable))
        told = ", ".join(codes)
        if codes and len(codes) <= MOST_CODES and len(told) <= MOST_CHARACTERS:
            return self.statistic.text("forms.few", codes=told)
        return self.statistic.text("forms.code", list=self.statistic.text(f"code_lists.{field.code_list}"))

    def _not_listed(self, name: str, record: RecordValues) -> dict[str, str]:
        """The codes that are not in the list on their day, and when they are."""
        found = record.values.get(name) or ()
        codes = (found,) if isinstance(found, str) else tuple(found)
        known, day = self.statistic.codes_of(name), record.day_of(name)
        wrong = [code for code in codes if not ((row := known.find(code, day)) and row.selectable)] or codes
        periods = (f"{code} {self.statistic.periods(name, code, _iso)}" for code in wrong)
        return {"value": ", ".join(wrong), "periods": ", ".join(periods)}

    def _why(self, field: Field, record: RecordValues, words: dict[str, str]) -> str:
        """Why the field is demanded, and from which day on of such a record."""
        why = self.statistic.texts.find(f"fields.{field.name}.why")
        if not why:
            return self.statistic.text("rules.required.always")
        since = self._since(field.required, record)
        return why.format(**words) + (f" {self.statistic.text('rules.required.from', since=since)}" if since else "")

    def _since(self, demanded: Condition, record: RecordValues) -> date | None:
        """The first day on which such a record is asked for it, if there is one that the list of services knows."""
        since = None
        for day in reversed(self.statistic.codes_of("service_code").breaks):
            if day > record.date:
                continue
            if not demanded(self.statistic.values(record.values, record.today, on=day)):
                return since
            since = day
        before = since and self.statistic.values(record.values, record.today, on=since - timedelta(days=1))
        return None if before and demanded(before) else since


def kind_of(rule: Rule) -> str:
    """What a rule of a field asks of it ("required", "not_used", "form", "list"); for another rule its id."""
    return rule.message_key.split(".")[1]


def _beside(rule: Rule, word: str) -> str:
    """The key of the text `word` beside the rule's message."""
    return f"rules.{kind_of(rule)}.{word}"


def _of_field(rule: Rule) -> str:
    return f"fields.{rule.fields[0]}.delivered.{kind_of(rule)}"


def _iso(day: date | None) -> str:
    return f"{day}" if day else ""
