"""Deliveries as systems send them."""

import json
from typing import Any

from indberet.access.identity import Identity
from indberet.definition.statistic import Statistic
from indberet.intake.deliver import Sender, deliver
from indberet.intake.models import Delivery
from indberet.intake.receipt import Row, Teller
from tests.people import ADULT, ADULTS, AUTISM, CHILD, CHILDREN, ODENSE, OFFER, PLACE, STAY

NS = "http://rep.oio.dk/dst.dk/xml/schemas/2010/04/16/"
ENVELOPE_NS = "http://rep.oio.dk/dst.dk/xml/schemas/2002/06/28/"
SYSTEM = "Fagsystem A"
COURSE = {
    "INDSATSFORLOEB_ID": "1",
    "INDBERETNINGSTYPE": "Ny",
    "CPR": CHILD,
    "INDSATS_KODE": "005",
    "INDSATS_STARTDATO": "2025-02-01",
}
ORDER = (
    "INDSATSFORLOEB_ID", "INDBERETNINGSTYPE", "CPR", "UDL_NR", "KOEN", "FOEDDAG", "INDSATS_KODE", "INDSATS_STARTDATO",
    "INDSATS_SLUTDATO", "SAGSBEHANDLER", "ORIGIN_INDSATSFORLOEB_ID", "ORIGIN_PERSON_ID",
)  # fmt: skip
SERVICE = {
    "id": "1",
    "action": "new",
    "cpr": ADULT,
    "start": "2025-02-01",
    "service_code": "1.8.2",
    "offer_uuid": OFFER,
    "service_uuid": STAY,
    "target_group": AUTISM,
    "paying_municipality": ODENSE,
    **PLACE,
}


def course(**changes: str | None) -> dict[str, str]:
    """A measure for a child as L231 has it; None leaves an element out."""
    return {name: text for name, text in {**COURSE, **changes}.items() if text is not None}


def metadata(form: str = "L231", entity: str = ODENSE, ref: str = "") -> str:
    """The delivery's own data."""
    ref = f"<e:RefID>{ref}</e:RefID>" if ref else ""
    return (
        f"<DeliveryMetadataNewStructure><e:Envelope><e:Source>CEMOS</e:Source>{ref}<e:SurveyID>D280600</e:SurveyID>"
        f"<e:FormID>{form}</e:FormID><e:Period>2026M10</e:Period><e:Entity><e:EntityIDType>Kommune</e:EntityIDType>"
        f"<e:EntityID>{entity}</e:EntityID></e:Entity></e:Envelope></DeliveryMetadataNewStructure>"
    )


def record_xml(elements: dict[str, str]) -> str:
    """A record, an element a line; names that the schema does not know come last."""
    names = sorted(elements, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    inside = "\n".join(f"<{name}>{elements[name]}</{name}>" for name in names)
    return f"<BoernMedHandicapSagStruktur>\n{inside}\n</BoernMedHandicapSagStruktur>"


def xml(*records: dict[str, str], prolog: str = '<?xml version="1.0" encoding="UTF-8"?>', **own: str) -> bytes:
    """An L231 file."""
    inside = "\n".join(map(record_xml, records))
    return (
        f'{prolog}\n<BoernMedHandicapLeveranceL231Struktur xmlns="{NS}" xmlns:e="{ENVELOPE_NS}">\n{metadata(**own)}\n'
        f"<BoernMedHandicapSagStrukturSamling>\n{inside}\n</BoernMedHandicapSagStrukturSamling>\n"
        "</BoernMedHandicapLeveranceL231Struktur>\n"
    ).encode()


def service(**changes: Any) -> dict[str, Any]:
    """A service for an adult as JSON has it; None leaves a name out."""
    return {name: value for name, value in {**SERVICE, **changes}.items() if value is not None}


def own(**changes: Any) -> dict[str, Any]:
    """What a JSON delivery says of itself."""
    told = {"statistic": "adults", "municipality": ODENSE, "period": "2026M10", "test": False, "system": "A 1.0"}
    return {**told, **changes}


def json_lines(*records: dict[str, Any], **changes: Any) -> bytes:
    """A JSON delivery that tells how many records it has."""
    told = own(**{"records": len(records), **changes})
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in (told, *records)).encode()


def csv_rows(*records: dict[str, Any], **changes: Any) -> bytes:
    """A CSV delivery that tells how many records it has."""
    told = own(**{"records": len(records), **changes})
    told["test"] = "yes" if told["test"] else "no"
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [list(told), list(told.values()), names, *([record.get(name, "") for name in names] for record in records)]
    return "".join(";".join(map(str, row)) + "\r\n" for row in rows).encode()


def sender(
    statistic: Statistic = ADULTS, municipality: str = ODENSE, system: str = SYSTEM, *, test: bool = False
) -> Sender:
    """A system that sends for Odense."""
    identity = Identity(subject="token:1", name=system, organisation="", cvr="")
    return Sender(statistic=statistic, municipality=municipality, system=system, test=test, identity=identity)


def send(content: bytes, key: str = "", **who: Any) -> Delivery:
    """Delivers the bytes; what begins like XML is for the children's statistic."""
    who.setdefault("statistic", CHILDREN if content.lstrip(b"\xef\xbb\xbf\r\n ").startswith(b"<") else ADULTS)
    return deliver(sender(**who), [content], key).delivery


def send_courses(*records: dict[str, str], key: str = "", **who: Any) -> Delivery:
    """Delivers courses as L231."""
    return send(xml(*records), key, **who)


def rows(delivery: Delivery) -> list[Row]:
    """What was found in it."""
    return list(Teller(delivery).rows())


def codes(delivery: Delivery) -> list[str]:
    """The codes of what was found in it, in order."""
    return [row.code for row in rows(delivery)]
