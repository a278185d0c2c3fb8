"""Files as a municipality's system delivers them, of invented persons whom nobody has yet."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils import timezone

from indberet.definition.exchange import ACTION, ID, XmlFormat
from indberet.definition.fields import Codes
from indberet.definition.statistic import Statistic
from indberet.definition.values import OPEN_END
from indberet.register.models import Case, Record
from indberet.register.values import case_values

from .cases import CaseMaker, Ids, Made
from .cpr_numbers import Numbers
from .names import SYSTEM
from .office import Office
from .plan import Portion

MORE = 2  # so many times the wanted records are planned for, of which the first are taken
Texts = dict[str, Any]


class NewNumbers(Numbers):
    """Person numbers that no case has."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = set(Case.unscoped.values_list("cpr", flat=True))

    def next(self, born: date) -> str:
        while (number := super().next(born)) in self._taken:
            continue
        return number


@dataclass(frozen=True)
class DeliveryFile:
    """So many new records of a statistic for a municipality; the same ones for the same seed, register and day."""

    statistic: Statistic
    municipality: str
    records: int
    seed: str

    def write(self, path: Path, numbers: Numbers) -> None:
        """Writes the file in the statistic's own format."""
        xml = self.statistic.exchange.xml
        records = islice(self._records(numbers), self.records)
        with path.open("w", encoding="utf-8") as file:
            if xml:
                self._write_xml(file, xml, records)
            else:
                self._write_json(file, records)

    def _records(self, numbers: Numbers) -> Iterator[Texts]:
        """What a system holds, as the demo data has it: with the usual mistakes."""
        portion = Portion(
            statistic=self.statistic, municipality=self.municipality, records=MORE * self.records, by_hand=0
        )
        random = Random(f"{self.seed} delivery {self.statistic.id} {self.municipality}")  # noqa: S311 - demo data
        maker = CaseMaker(Office(portion, timezone.localtime(), random), numbers, Ids())
        for made in maker.cases(portion.records):
            for record in made.records:
                yield _texts(self.statistic, made, record)

    def _write_json(self, file: IO[str], records: Iterator[Texts]) -> None:
        own = {"statistic": self.statistic.id, "municipality": self.municipality, "test": False}
        file.write(json.dumps({**own, "records": self.records}) + "\n")
        for number, texts in enumerate(records, 1):
            file.write(json.dumps({"id": str(number), "action": "new", **texts}, ensure_ascii=False) + "\n")

    def _write_xml(self, file: IO[str], xml: XmlFormat, records: Iterator[Texts]) -> None:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(f'<{xml.root} xmlns="{xml.namespace}" xmlns:e="{xml.envelope_namespace}">\n')
        own = {"Source": SYSTEM, "SurveyID": "D280600", "FormID": xml.form, "Period": "2026M10"}
        entity = f"<e:EntityIDType>Kommune</e:EntityIDType><e:EntityID>{self.municipality}</e:EntityID>"
        told = "".join(f"<e:{name}>{text}</e:{name}>" for name, text in own.items())
        envelope = f"<e:Envelope>{told}<e:Entity>{entity}</e:Entity></e:Envelope>"
        file.write(f"<{xml.metadata.name}>{envelope}</{xml.metadata.name}>\n<{xml.collection}>\n")
        for number, texts in enumerate(records, 1):
            file.write(f"<{xml.record.name}>\n")
            file.writelines(f"<{name}>{escape(text)}</{name}>\n" for name, text in _elements(xml, number, texts))
            file.write(f"</{xml.record.name}>\n")
        file.write(f"</{xml.collection}>\n</{xml.root}>\n")


def _elements(xml: XmlFormat, number: int, texts: Texts) -> Iterator[tuple[str, str]]:
    """The record's elements in the order of the format."""
    new = next(word for word, action in xml.actions.items() if action == "new")
    texts = {**texts, ID: str(number), ACTION: new}
    for element in xml.elements:
        text = texts.get(element.field)
        if text and not texts.get(element.not_beside):
            words = {code: word for word, code in element.values.items()}
            yield element.name, words.get(text) or text


def _texts(statistic: Statistic, made: Made, record: Record) -> Texts:
    """The record's values by field name as they stand in a file; what is empty is left out."""
    values = case_values(statistic, made.case)
    texts: Texts = {}
    for field in statistic.fields:
        if isinstance(field, Codes):
            codes = (row for row in made.codes if row.record_id == record.pk and row.field == field.name)
            texts[field.name] = [row.code for row in codes]
            continue
        if field.owner == "record":
            values[field.name] = getattr(record, field.name) if field.column else record.extra.get(field.name)
        value = values[field.name]
        texts[field.name] = "" if value == OPEN_END else field.export(value)
    return {name: text for name, text in texts.items() if text}
