"""Ishøj takes care of Vallensbæk's adults but for §§ 95 and 96: who works there, and with what.

Ida is in Ishøj. Vera is in Vallensbæk itself.
"""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from indberet.access.delegation import passed_on
from indberet.access.identity import Verb
from indberet.access.scope import Scope
from indberet.register.delete import delete_records
from indberet.register.models import Case, Record
from tests.people import (
    ADULTS,
    FITTING,
    OTHER_ADULT,
    TODAY,
    identity,
    save,
    scope,
)

ISHOEJ, VALLENSBAEK = "183", "187"
STAY, CASH, ASSISTANCE = "1.8.2", "1.17", "1.13.2"
"""Service codes of § 107, which is delegated, and of §§ 95 and 96, which are not."""
FROM_SYSTEM, GONE, NEVER_SEEN = "0505850008", "0606900006", "0707810004"
VERA = scope("Vera", VALLENSBAEK)
SECRET_PLACE = {"p_number": "1008888888", "department_uuid": "99999999-8888-7777-6666-555555555555"}
SECRETS = (OTHER_ADULT, f"{OTHER_ADULT[:6]}-{OTHER_ADULT[6:]}", GONE, f"{GONE[:6]}-{GONE[6:]}", *SECRET_PLACE.values())
"""What stands on records outside the delegated sections only."""
LONG_STAY = dict(zip(("offer_uuid", "service_uuid"), FITTING["1.8.1"], strict=True)) | {"service_code": "1.8.1"}


def ida(*verbs: Verb) -> Scope:
    """Ida's scope in Vallensbæk, when she has these rights in Ishøj."""
    own = identity("Ida", ISHOEJ, *(verbs or ("report",)))
    through = passed_on(own.privileges, TODAY)
    return Scope(identity=replace(own, privileges=(*own.privileges, *through)), municipality=VALLENSBAEK)


def hide(record: Record, code: str) -> Record:
    """Makes it one of a section that is not delegated."""
    Record.unscoped.filter(pk=record.pk).update(service_code=code, **SECRET_PLACE)
    record.refresh_from_db()
    return record


class Data:
    """Vallensbæk: a citizen with services of both kinds, one whom Ida may not know of, and deleted services."""

    def __init__(self):
        self.shared = save(by=VERA)
        self.cash = hide(save(by=VERA, start=date(2020, 1, 1), end=date(2020, 2, 1)), CASH)
        self.secret = hide(save(by=VERA, cpr=OTHER_ADULT), ASSISTANCE)
        self.delivered = save(by=VERA, cpr=FROM_SYSTEM)
        Record.unscoped.filter(pk=self.delivered.pk).update(source="system", source_system="X", source_key="1")
        Case.unscoped.filter(pk=self.delivered.case_id).update(own_records=0)
        seen, hidden = save(by=VERA, start=date(2021, 1, 1), end=date(2021, 2, 1)), hide(save(by=VERA, cpr=GONE), CASH)
        self.gone, self.gone_secret = seen, hidden
        self.deletion = delete_records(scope=VERA, statistic=ADULTS, record_ids=[seen.pk, hidden.pk]).id


def body(response):
    """The page, or the file."""
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def show(client, name, *args):
    """A page of the adults."""
    return client.get(reverse(name, args=["adults", *args]))


def press(client, kind="own", **posts):
    """What comes after a button of the overview."""
    address = reverse("overview", args=["adults", kind])
    return client.post(address, posts, follow=True)
