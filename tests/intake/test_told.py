"""Receipts speak to whoever runs a system: with the words and dates of files, and of what is concretely expected."""

import re
import tomllib

import pytest
from django.utils import translation

from indberet.definition.registry import statistics
from indberet.definition.rules import INFO
from indberet.definition.told import Told
from indberet.intake.texts import TEXTS, texts

from .files import course, json_lines, rows, send, send_courses, service

RULES = [pytest.param(each, rule, id=rule.id) for each in statistics() for rule in each.rules if rule.severity != INFO]
WORDS_OF_FORMS = re.compile(
    r"\b(skriv|udfyld|vælg|angiv|ret|slet|fravælg|gem|gemme|tast\w*|kontroll[ée]r|feltet er|her|rigtige? form"
    r"|type|typed|fill|choose|save|delete|enter|correct|check|here|right form)\b",
    re.IGNORECASE,
)
DANISH_DAY = re.compile(r"\d\d\.\d\d\.\d{4}|\bddmm|\bfx \d{8}\b(?!-)", re.IGNORECASE)


def cases(statistic, rule):
    """The rule's bad examples, each beside the other one that they have, if any."""
    told = tomllib.loads((statistic.folder / "examples.toml").read_text(encoding="utf-8"))
    for changes in told[rule.id]["bad"]:
        both = (changes, changes.get("other") or changes.get("elsewhere") or {})
        whole = [{**told["base"], **each} for each in both]
        if rule.fields[0] != "service_code":  # a line without one is refused
            whole = [{**each, "service_code": each["service_code"] or "999"} for each in whole]
        yield [statistic.values({name: value or None for name, value in each.items()}, told["today"]) for each in whole]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_no_rule_is_told_in_words_for_who_types_into_a_form(statistic, rule, language):
    told = Told(statistic)
    with translation.override(language):
        for record, other in cases(statistic, rule):
            said = [told.expectation(rule, record), told.reason(rule, record, [other]), told.title(rule)]
            for text in said:
                assert text.strip()
                assert not re.search(r"[{}]|\(\)|\.\.|: [.,]|  ", text), text
                assert not WORDS_OF_FORMS.search(text), text
                assert not DANISH_DAY.search(text), text


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("statistic", "rule"), RULES)
def test_what_is_kept_is_enough_to_tell(statistic, rule, language):
    """With only the values that are kept the same is said as with all of them."""
    told = Told(statistic)
    names = told.names(rule)
    with translation.override(language):
        for whole in cases(statistic, rule):
            kept = [
                statistic.values({name: each.values.get(name) for name in names}, each.today, entered=each.entered)
                for each in whole
            ]
            for record, other in (whole, kept):
                assert told.reason(rule, record, [other]) == told.reason(rule, whole[0], [whole[1]])
                assert told.expectation(rule, record) == told.expectation(rule, whole[0])


def said(delivery, code):
    row = next(row for row in rows(delivery) if row.code == code)
    return row.expectation, row.reason


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code", "expectation", "reason"),
    [
        (
            {"p_number": None},
            "A-P-NUMBER-REQUIRED",
            "P-nummer: 10 cifre.",
            "P-nummer mangler. Skal udfyldes, fordi indsatskode 1.8.2 kræver et sted. Kravet gælder fra startdato "
            "2025-01-01.",
        ),
        (
            {"target_group": None},
            "A-TARGET-GROUP-REQUIRED",
            "Målgruppe(r): en kode fra listen Målgrupper.",
            "Målgruppe(r) mangler. Skal altid være der.",
        ),
        (
            {"p_number": "12"},
            "A-P-NUMBER-FORM",
            "P-nummer: 10 cifre.",
            "Værdien har en anden form.",
        ),
        (
            {"service_code": "1.12.1.1", "in_residence": "maybe"},
            "A-IN-RESIDENCE-LIST",
            "Gives støtten i et botilbud efter § 107?: en af koderne yes, no, som gælder på startdatoen 2025-02-01.",
            "Gives støtten i et botilbud efter § 107?: maybe findes ikke i listen.",
        ),
        (
            {"service_code": "999"},
            "A-P-NUMBER-NOT-USED",
            "P-nummer: ingen værdi.",
            "P-nummer bruges ikke ved indsatskode 999 på startdatoen 2025-02-01.",
        ),
        (
            {"end": "2025-01-31"},
            "A-END-BEFORE-START",
            "Slutdatoen må ikke ligge før startdatoen.",
            "Slutdato 2025-01-31 ligger før startdato 2025-02-01.",
        ),
        (
            {"secondary_target_groups": ["1.1.1", "303deb9b-84f0-49d2-ab7a-f8b98eed40a2"]},
            "A-SECONDARY-TARGET-GROUPS-LIST",
            None,
            "FFB Sekundær Målgruppe: 1.1.1 gælder kun fra 2013-07-01 til 2024-12-31.",
        ),
        ({"service_code": None}, "refused_value", "Indsatskode: en kode fra listen Indsatskoder.", None),
        ({"start": None}, "refused_value", "Startdato: en dag skrevet som ÅÅÅÅ-MM-DD.", None),
        ({"cpr": None}, "refused_person", "CPR-nummer: 10 cifre, med eller uden bindestreg. De første seks er en dag, "
         "der findes, og ikke dag + 60.", None),
    ],
)  # fmt: skip
def test_a_finding_says_what_is_expected_and_what_is_wrong(changes, code, expectation, reason):
    found = said(send(json_lines(service(**changes))), code)
    assert found == (expectation or found[0], reason or found[1])


@pytest.mark.django_db
def test_an_unknown_name_is_told_with_those_that_are_known():
    expectation, _reason = said(send(json_lines(service(p_nummer="1"))), "unknown_name")
    assert expectation.startswith("Et af navnene id, action, cpr, ")


@pytest.mark.django_db
def test_few_codes_are_told_and_dates_as_the_file_has_them():
    foreign = course(CPR=None, UDL_NR="AB-1", KOEN=None, FOEDDAG=None)
    delivery = send_courses(foreign, course(INDSATSFORLOEB_ID="2", INDSATS_KODE="999"))
    assert said(delivery, "C-SEX-REQUIRED") == (
        "Pige/Dreng/Ukendt: en af koderne pige, dreng, ukendt.",
        "Pige/Dreng/Ukendt mangler. Skal udfyldes, fordi barnet indberettes med UDL nummer.",
    )
    assert said(delivery, "C-BIRTH-DATE-REQUIRED")[0] == "Fødselsdato: en dag skrevet som ÅÅÅÅ-MM-DD."
    expectation, reason = said(delivery, "C-SERVICE-CODE-LIST")
    assert re.search(r"en af koderne 001, 002, .*, som gælder på startdatoen 2025-02-01\.$", expectation)
    assert reason == "Indsats Kode: 999 findes ikke i listen."


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_line_that_could_not_be_read_is_told_in_words_of_forms(language):
    with translation.override(language):
        for code in TEXTS:
            params = dict.fromkeys(("words", "later", "first", "longest", "least", "most", "count", "names"), "7")
            for text in texts(code, params):
                assert not WORDS_OF_FORMS.search(text), text
