"""Form, save and recheck agree: what one refuses, tells or accepts, the others do too."""

from datetime import date
from functools import partial

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings

from indberet.definition.registry import statistics
from indberet.definition.rules import ERROR, WARNING
from indberet.register.find import beside
from indberet.register.findings import refresh
from indberet.register.forms import RecordForm
from indberet.register.models import Case, Finding
from indberet.register.save import RulesBroken, save_record
from tests.people import (
    AARHUS,
    ADULT,
    ADULTS,
    ANNA,
    CARLA,
    CHILDREN,
    ODENSE,
    OTHER_ADULT,
    TODAY,
    new_token,
    posted,
    save,
)
from tests.values_of_all_kinds import whole_values

pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("statistic", [pytest.param(found, id=found.id) for found in statistics()])
FEW = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def surroundings():
    """A case with a stay that ended, a case elsewhere with one that goes on, and a child's."""
    save(start=date(2023, 1, 1), end=date(2024, 12, 31))
    save(by=CARLA, cpr=OTHER_ADULT, start=date(2025, 6, 1), paying_municipality=AARHUS)
    save(CHILDREN, start=date(2023, 1, 1), end=date(2024, 12, 31))


def sent(values):
    """What a browser sends of these values."""
    data = QueryDict(mutable=True)
    for name, value in posted(values).items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not None:
            data[name] = value
    return data


def filled_in(statistic, values, record=None):
    """The form with these values typed, over `record` if it is a correction."""
    own = Case.unscoped.filter(statistic=statistic.id, municipality=ODENSE)
    case = record.case if record else own.filter(cpr=values["cpr"] or "-").first()
    look = partial(beside, ANNA, statistic, today=TODAY, case=case, record=record.pk if record else 0)
    form = RecordForm(statistic, today=TODAY, data=sent(values), beside=look, stored=record)
    form.is_valid()
    return form


def rules(broken, severity):
    return {found.rule.id for found in broken if found.rule.severity == severity}


def try_to_save(statistic, values, record, accepted=()):
    told = {"scope": ANNA, "statistic": statistic, "values": values, "record": record, "today": TODAY}
    try:
        return save_record(**told, token=new_token(), accepted=set(accepted)).record, []
    except RulesBroken as refused:
        return None, refused.broken


def agree(statistic, values, record=None):
    """Whether it was saved; form, save and recheck say the same."""
    form = filled_in(statistic, values, record)
    kept = {field.name: values[field.name] for field in form.applying}
    saved, broken = try_to_save(statistic, kept, record)
    assert {message for messages in form.errors.values() for message in messages} == {
        found.message for found in broken if found.rule.severity == ERROR
    }
    warned = rules(broken, WARNING)
    assert {each.rule for each in form.warned} == warned
    if rules(broken, ERROR):
        return False
    if warned:
        saved, still = try_to_save(statistic, kept, record, form.shown_keys)
        assert not still
    cases = Case.unscoped.filter(statistic=statistic.id).values_list("id", flat=True)
    assert refresh(statistic, list(cases), today=TODAY) == 0
    findings = Finding.unscoped.filter(record=saved)
    assert set(findings.values_list("rule", "severity")) == {(rule, WARNING) for rule in warned}
    assert not findings.filter(accepted_at=None).exists()
    return True


def anew(test):
    """What an example stores is gone before the next one."""
    with transaction.atomic():
        surroundings()
        done = test()
        transaction.set_rollback(True)
    return done


def correct(statistic, values):
    """Puts the values over a stored record of the same person."""
    record = save(statistic)
    person = {"cpr": record.case.cpr, **({"udl": ""} if statistic.has_field("udl") else {})}
    return agree(statistic, {**values, **person}, record)


@EVERY
@pytest.mark.parametrize("do", [agree, correct])
def test_form_save_and_recheck_agree(statistic, do):
    saved = []

    @FEW
    @given(values=whole_values(statistic))
    def on(values):
        saved.append(anew(lambda: do(statistic, values)))

    on()
    assert 3 < sum(saved) < len(saved), "all or hardly any of the examples could be saved"


def test_the_surroundings_break_nothing():
    surroundings()
    assert not Finding.unscoped.exists()
    assert Case.unscoped.filter(statistic=ADULTS.id, cpr=ADULT).exists()
