"""No receipt holds a person's number, wherever in a delivery it stands and however it is written."""

import json

import pytest
from django.forms.models import model_to_dict

from indberet.intake.masks import masked, masked_key
from indberet.intake.models import Delivery
from indberet.intake.receipt import as_json
from tests.people import ADULT, ADULTS, CHILD, CHILDREN

from .files import course, csv_rows, json_lines, rows, send, send_courses, service, xml

NUMBER = "0707900007"
WRITTEN = [
    NUMBER,
    "070790-0007",
    "070790 0007",
    "070790 - 0007",
    "070790\u20130007",
    "070790\xa00007",
    "070790.0007",
    "070790/0007",
    "070790_0007",
    "07.07.90-0007",
    "07 07 90 0007",
    "07-07-90-0007",
    "07/07/90/0007",
    "07.07.1990-0007",
    "07071990-0007",
    "070790-00-07",
    "0707 9000 07",
    "070790*0007",
    "070790, 0007",
    "0 7 0 7 9 0 0 0 0 7",
    "0 7 0 7 9 0 - 0 0 0 7",
    "670790-0007",
    "０７０７９０-０００７",
]


@pytest.mark.parametrize("hidden", ["\x00", "\u200b", "\xad", "\u202e"])
def test_characters_that_nobody_sees_hide_no_number(hidden):
    assert masked(hidden.join(NUMBER)) == masked_key(hidden.join(NUMBER)) == "##########"
    assert masked(f"070790{hidden}-0007") == "######-####"


def digits_of(text):
    return "".join(character for character in text if character.isdigit())


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("around", ["{}", "CPR{}", "Mette Møller {}, 2. sal", "nr_{}_x"])
def test_a_number_is_masked_however_it_is_written(written, around):
    text = around.format(written)
    for mask in (masked, masked_key):
        assert mask(text) == around.format("".join("#" if each.isdigit() else each for each in written))


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-01",
        "01.02.2025",
        "2026-10",
        "2026-11-22T14:30:00",
        "22-11-2026 14:30:00",
        "2025-02-01-0001",
        "20261122-143000",
        "71-1",
        "0000000000",
        "1.12.0.2",
        "11111111-2222-3333-4444-555555555555",
        "ab070790-0007-4dab-b844-8cec6c15f30e",
    ],
)
def test_what_is_no_persons_number_is_left_as_it_is(text):
    assert masked(text) == text
    assert masked_key(text) == text


def test_ten_digits_that_are_no_day_are_a_number_of_the_senders_own():
    assert masked_key("9999120001") == "9999120001"
    assert masked("9999120001") == "##########"
    assert masked_key("3102154004") == "##########"  # mistyped, and still somebody's


@pytest.mark.parametrize("text", ["0707900007461", "4610707900007", "00707900007"])
def test_a_number_at_either_end_of_a_longer_one_is_masked(text):
    assert masked(text) == masked_key(text) == "#" * len(text)


def test_a_longer_number_may_be_an_id_and_is_hidden_elsewhere():
    assert masked_key("20269999123456") == "20269999123456"
    assert masked("20269999123456") == "##############"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["2026-10", "01-10-2026-0001", "221020261430", "20261022143000", "ab070790-0007-4dab-b844-8cec6c15f30e"]
)
def test_a_delivery_may_be_named_after_its_moment_or_by_a_uuid(key):
    assert send(json_lines(service()), key).key == key


@pytest.mark.django_db
@pytest.mark.parametrize("key", [NUMBER, "CPR-070790-0007", "07.07.90-0007", "670790-0007"])
def test_a_delivery_may_not_be_named_after_a_person(key):
    assert send(json_lines(service()), key).reason == "id_like_person"


FORMATS = {"JSON": json_lines, "CSV": csv_rows}


def everything_kept(delivery):
    """What the receipt holds, in the register and in its answer."""
    delivery = Delivery.unscoped.get(pk=delivery.pk)
    kept = [model_to_dict(delivery), *(model_to_dict(found) for found in delivery.findings.all())]
    answer = b"".join(as_json(delivery)).decode()
    json.loads(answer)
    texts = [str(value) for row in kept for name, value in row.items() if name not in ("sha256", "key")]
    return " ".join([answer.replace(delivery.sha256, ""), *texts, *map(str, rows(delivery))])


def assert_names_nobody(delivery, written=NUMBER):
    kept = everything_kept(delivery)
    assert written not in kept
    assert NUMBER not in kept
    assert NUMBER not in digits_of(kept)


@pytest.mark.django_db
@pytest.mark.parametrize("written", [NUMBER, "07.07.90-0007"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["system", "period", "municipality", "id", "statistic"])
def test_a_number_in_what_a_delivery_says_of_itself(format, name, written):
    assert_names_nobody(send(FORMATS[format](service(p_number="12"), **{name: written}), statistic=ADULTS), written)


@pytest.mark.django_db
@pytest.mark.parametrize("written", [NUMBER, "070790-0007"])
def test_a_number_as_a_name_in_json(written):
    assert_names_nobody(send(json_lines(service(**{written: "x"}))), written)
    assert_names_nobody(send(json_lines(service(), **{written: "x"})), written)


@pytest.mark.django_db
def test_a_number_as_the_name_of_a_column():
    assert_names_nobody(send(csv_rows(service(**{NUMBER: "x"}))))
    assert_names_nobody(send(csv_rows(service(), **{NUMBER: "x"})))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [f"CPR{NUMBER}", f"_{NUMBER}", "_070790-0007", "_07.07.90-0007"])
def test_a_number_as_the_name_of_an_element(name):
    assert_names_nobody(send_courses(course(**{name: "x"})))
    assert_names_nobody(send_courses(course(SAGSBEHANDLER=f"<{name}>x</{name}>")))
    assert_names_nobody(send(f"<{name}/>".encode(), statistic=CHILDREN))


@pytest.mark.django_db
@pytest.mark.parametrize("element", ["Source", "SurveyID", "Period", "RefID", "FormID", "EntityID"])
def test_a_number_in_the_envelope_of_a_form(element):
    content = xml(course(INDSATS_KODE="999"), ref="x").decode()
    before, after = content.split(f"<e:{element}>")
    changed = f"{before}<e:{element}>070790-0007{after[after.index('<') :]}"
    assert_names_nobody(send(changed.encode(), statistic=CHILDREN))


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"service_code": "1.1"}, {"end": "2024-01-01"}, {}])
@pytest.mark.parametrize("name", ["p_number", "department_uuid", "service_code", "offer_uuid", "in_residence", "start"])
def test_a_number_in_a_wrong_field(name, changes):
    delivery = send(json_lines(service(**{**changes, name: NUMBER}), service(id="2", functional_level=NUMBER)))
    assert rows(delivery)
    assert_names_nobody(delivery)


@pytest.mark.django_db
def test_a_p_number_that_is_no_day_is_shown():
    delivery = send(json_lines(service(service_code="999", p_number="1013456789")))
    values = {row.element: row.value for row in rows(delivery)}
    assert values["p_number"] == "1013456789"


@pytest.mark.django_db
def test_several_codes_are_no_number():
    several = ["1.1.1", "1.2.1", "1.2.2", "10.11.12", "1234"]
    delivery = send(json_lines(service(secondary_target_groups=several)))
    values = {row.code: row.value for row in rows(delivery)}
    assert values["A-SECONDARY-TARGET-GROUPS-LIST"] == "|".join(several)


@pytest.mark.django_db
def test_a_number_in_an_id_or_in_an_action():
    assert_names_nobody(send(json_lines(service(id="070790-0007-1", p_number="12"))))
    assert_names_nobody(send(json_lines(service(action=NUMBER))))
    assert_names_nobody(send(json_lines(service(cpr=None, udl=NUMBER))))
    assert_names_nobody(send(json_lines(service(end="x" * 194 + NUMBER))), NUMBER[:6])
    assert_names_nobody(send(json_lines(service(id="x" * 44 + NUMBER, p_number="12"))), NUMBER[:6])
    assert_names_nobody(send(json_lines(service(end="\x00".join(NUMBER)))))
    assert ADULT not in everything_kept(send(json_lines(service(cpr=f"{ADULT[:6]} x {ADULT[6:]}"))))
    assert CHILD not in everything_kept(send_courses(course(CPR=CHILD + "1")))
