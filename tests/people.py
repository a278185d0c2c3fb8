"""The three people of the tests, and what they report.

Anna reports for Odense, Bo is her colleague, Carla is in Aarhus and must see nothing. The CPR numbers cannot belong to
anybody: possible dates that are not 1 January, failing modulus 11.
"""

import itertools
import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.test import Client

from indberet.access.identity import LONGEST_ID, LONGEST_NAME, Identity, Privilege, Verb
from indberet.access.scope import Scope
from indberet.access.session import MUNICIPALITY, start
from indberet.definition.registry import statistic, statistics
from indberet.definition.statistic import Statistic
from indberet.register.models import Record
from indberet.register.save import RulesBroken, save_record, warning_key

ODENSE, AARHUS = "461", "751"
ADULT, OTHER_ADULT, CHILD = "0202800006", "0303750004", "0404154004"
PLACE = {"p_number": "1003456789", "department_uuid": "11111111-2222-3333-4444-555555555555"}
OFFER = "25de7444-3919-4dab-b844-8cec6c15f30e"  # FFB: Midlertidigt botilbud til voksne
STAY, SUPPORT = "80aa8ea7-4ad8-405f-876a-4c0f89fde06a", "0886a1b6-4a3a-47e5-9c97-066270529e4f"  # SUPPORT: transport
FITTING = {  # offer and service after FFB that belong to a service code
    "1.1": ("9401777d-bdc5-4f52-9804-63c8cae9a792", "66e23d66-1c5f-4070-bed1-8827cc863dcd"),
    "1.4": ("a0fb02a2-367c-48bc-bacd-92e49a861a4c", "fb3d8722-90e0-4a80-ba65-490617ffeb0f"),
    "1.8.1": ("498fe92c-d7f7-41cd-9404-5b38fe113be0", "5af56051-8413-4115-aaa2-83a0767e1137"),
    "1.12.0.2": ("d90f4da6-f87a-43b5-833f-646b4baf16d6", "35b593cf-724f-4058-9f31-fe1b3e8df124"),
}
AUTISM, ANXIETY = "9b3fd322-a75a-4ed8-9b74-425fa1e01c95", "303deb9b-84f0-49d2-ab7a-f8b98eed40a2"
TODAY = date(2026, 11, 22)
_numbers = itertools.count(1)


def identity(name: str, municipality: str, *verbs: Verb, only: str = "") -> Identity:
    """A person with `verbs` on every statistic, or on one."""
    ids = [only] if only else [found.id for found in statistics()]
    privileges = (Privilege(statistic=id, verb=verb, municipality=municipality) for id in ids for verb in verbs)
    return Identity(subject=f"test#{name.lower()}", name=name, organisation="", cvr="", privileges=tuple(privileges))


def scope(name: str = "Anna", municipality: str = ODENSE, *verbs: Verb) -> Scope:
    """A scope that may report, unless `verbs` say otherwise."""
    return Scope(identity=identity(name, municipality, *(verbs or ("report",))), municipality=municipality)


def as_long_as_can_be(person: Scope) -> Scope:
    """The same person with the longest id and name that a log-in can give."""
    id, name = person.identity.subject.ljust(LONGEST_ID, "x"), person.identity.name.ljust(LONGEST_NAME, "ø")
    return replace(person, identity=replace(person.identity, subject=id, name=name))


ANNA, BO, CARLA = scope("Anna"), scope("Bo"), scope("Carla", AARHUS)
ADULTS, CHILDREN = statistic("adults"), statistic("children")


def adult_values(**changes: Any) -> dict[str, Any]:
    """A whole and right adult service: a temporary stay, § 107, unless `changes` name another service code."""
    offer, service = FITTING.get(changes.get("service_code", ""), (OFFER, STAY))
    values = {
        "cpr": ADULT,
        "start": date(2025, 2, 1),
        "service_code": "1.8.2",
        "offer_uuid": offer,
        "service_uuid": service,
        "target_group": AUTISM,
        "secondary_target_groups": (),
        "paying_municipality": ODENSE,
    }
    return {**values, **PLACE, **changes}


def child_values(**changes: Any) -> dict[str, Any]:
    """A whole and right measure for a child: relief, § 90, nr. 2."""
    return {"cpr": CHILD, "start": date(2025, 2, 1), "service_code": "005", **changes}


def valid_values(statistic: Statistic, **changes: Any) -> dict[str, Any]:
    """Whole and right values of any statistic: if the tests have none of their own, those of its examples."""
    if statistic in (ADULTS, CHILDREN):
        return adult_values(**changes) if statistic == ADULTS else child_values(**changes)
    told = tomllib.loads((statistic.folder / "examples.toml").read_text(encoding="utf-8"))
    return {**told["base"], **changes}


def new_token() -> str:
    """A form's token that was never used."""
    return f"token-{next(_numbers)}"


def save(statistic: Statistic = ADULTS, by: Scope = ANNA, **changes: Any) -> Record:
    """A saved record with right values, changed as given; whoever saves it has seen its warnings."""
    values = valid_values(statistic, **changes)
    told: dict[str, Any] = {"scope": by, "statistic": statistic, "values": values, "today": TODAY}
    try:
        return save_record(**told, token=new_token()).record
    except RulesBroken as warned:
        seen = {warning_key(found, statistic.values(values, TODAY)) for found in warned.broken}
        return save_record(**told, token=new_token(), accepted=seen).record


def posted(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Values as a browser posts them."""
    typed: dict[str, Any] = {}
    for name, value in values.items():
        typed[name] = (
            f"{value:%d%m%Y}" if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        )
    return {"token": new_token(), "do": "create", **typed, **more}


def sign_in(client: Client, person: Identity, municipality: str = "") -> Client:
    """The browser of somebody who is logged in, without the page of a log-in."""
    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    session = client.session
    start(session, person)
    if municipality:
        session[MUNICIPALITY] = municipality
    session.save()
    return client
