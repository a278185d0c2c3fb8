"""What JSON and CSV files get wrong in names, characters, ids and counts: told by its name and line, never a crash."""

import json

import pytest

from indberet.audit.models import Event
from indberet.intake.models import Delivery, State
from indberet.intake.refusal import REASONS, reason_text
from indberet.register.models import Record, RecordCode
from tests.people import ADULT, CHILD, CHILDREN, ODENSE

from .files import codes, course, csv_rows, json_lines, own, rows, send, send_courses, service

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("write", [json_lines, csv_rows])


def why(delivery):
    """The reason why a delivery is refused, in words; nothing of it is stored."""
    assert delivery.state == State.REFUSED
    assert not Record.unscoped.exists()
    assert Event.objects.filter(action="deliver_refused").exists()
    return reason_text(delivery.reason, delivery.reason_params)


@BOTH
@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x1b"])
@pytest.mark.parametrize("place", ["period", "system", "municipality", "statistic", "id"])
def test_a_control_character_in_the_deliverys_own_data_refuses_it(write, bad, place):
    delivery = send(write(service(), **{place: f"{own().get(place, '')}{bad}"}))
    assert delivery.reason == "character"
    line = 1 if write is json_lines else 2
    assert why(delivery) == f"Linje {line} har et tegn, som ikke kan gemmes: U+{ord(bad):04X}."


@BOTH
@pytest.mark.parametrize(
    "change", [{"id": "a\x00"}, {"action": "\x00new"}, {"target_group": "\x00"}, {"new\x00name": "x"}]
)
def test_a_control_character_in_a_record_refuses_it(write, change):
    line = 5 if write is csv_rows and "new\x00name" not in change else 3
    assert f"Linje {line} har et tegn" in why(send(write(service(), service(**{"id": "2", **change}))))


def test_one_deep_in_a_json_value_does_too():
    assert "U+0000" in why(send(json_lines(service(caseworker=[{"a": ["\x00"]}]))))


def test_what_only_looks_like_an_escaped_character_is_a_text():
    assert send(json_lines(service(), system="A \\u0000 \\x00")).sender == "A \\u0000 \\x00"


def test_other_invisible_characters_are_told_line_by_line():
    delivery = send(json_lines(service(id="a\tb"), service(id="2", p_number="1\n2", **{"x\ty": "z"})))
    assert (delivery.state, delivery.refused, delivery.new) == (State.STORED, 1, 1)
    assert {"refused_key", "unknown_name"} <= set(codes(delivery))


@pytest.mark.parametrize(("write", "count"), [(json_lines, 40_000), (csv_rows, 1_000)])
def test_more_codes_than_the_list_has_are_told_and_not_stored(write, count):
    many = [f"1.{number}" for number in range(count)]
    told = many if write is json_lines else "|".join(many)
    delivery = send(write(service(secondary_target_groups=told)))
    assert delivery.new == 1
    found = next(row for row in rows(delivery) if row.code == "unreadable_codes_many")
    assert (found.element, found.reason) == (
        "secondary_target_groups",
        f"Der er {count} koder, og ingen af dem er gemt.",
    )
    assert not RecordCode.unscoped.exists()


@BOTH
@pytest.mark.parametrize("records", [0, 3])
def test_another_number_of_records_than_it_tells_refuses_it(write, records):
    assert f"Filen har 2 poster, men oplyser selv {records}." in why(
        send(write(service(), service(id="2"), records=records))
    )


@BOTH
def test_a_delivery_that_does_not_tell_its_number_of_records_is_warned(write):
    content = write(service(), records=None if write is json_lines else "")
    delivery = send(content)
    assert (delivery.state, delivery.new, delivery.with_warnings) == (State.STORED, 1, 0)
    (found,) = [row for row in rows(delivery) if row.code == "no_count"]
    assert (found.line, found.element, found.severity) == (1, "records", 1)
    assert "no_count" not in codes(send(write(service(id="2"))))


@pytest.mark.parametrize("name", ["id", "period", "system", "municipality", "statistic"])
@pytest.mark.parametrize("value", [5, ["a"], True, {}])
def test_own_data_that_is_no_text_refuses_it(name, value):
    assert why(send(json_lines(service(), **{name: value}))) == (
        f"Værdien af “{name}” i linje 1 er ikke en tekst i anførselstegn."
    )


def test_unknown_and_repeated_names_are_told():
    columns = csv_rows(service()).replace(b";cpr;", b";kpr;")
    assert why(send(columns)).startswith("Linje 3 har navne, som formatet ikke kender: “kpr”. Kendte: id, action, cpr,")
    assert why(send(json_lines(service(), surprise=1))).startswith(
        "Linje 1 har navne, som formatet ikke kender: “surprise”."
    )
    twice = csv_rows(service()).replace(b";cpr;", b";start;")
    assert why(send(twice)) == "Linje 3 har samme navn flere gange: “start”."
    twice = json_lines(service()).replace(b'"service_code": ', b'"start": "2025-03-01", "service_code": ')
    assert why(send(twice)) == "Linje 2 har samme navn flere gange: “start”."
    number = why(send(json_lines(service(), **{f"borger {ADULT}": 1})))
    assert "“borger ##" in number
    assert ADULT not in number


def test_empty_columns_of_a_spreadsheet_are_passed_over():
    padded = b"".join(line + b";;;\r\n" for line in csv_rows(service()).splitlines())
    assert send(padded).new == 1
    last = padded.rindex(b";;;")
    assert send(padded[:last] + b";;x\r\n").reason == "columns"
    middle = csv_rows(service(id="2")).replace(b";cpr;", b";;")
    assert "kender: “”." in reason_text("unknown_names", send(middle).reason_params)


def test_values_without_a_name_or_names_without_a_value_refuse_it():
    head, names, *rest = csv_rows(service()).split(b"\r\n")
    assert why(send(b"\r\n".join((head, names + b";more", *rest)))) == (
        "Linje 2 har 7 værdier. Ventet: 6, én til hver kolonne."
    )
    assert why(send(csv_rows(service()) + b"2;new\r\n")).startswith("Linje 5 har 2 værdier.")


@pytest.mark.parametrize("who", [{"municipality": ""}, {"statistic": ""}])
def test_a_reason_has_no_holes(who):
    assert "(ikke oplyst)" in why(send(json_lines(service(), **who)))
    for code in REASONS:
        names = ("line", "most", "found", "expected", "formats", "namespace", "name", "own")
        assert ": ." not in reason_text(code, dict.fromkeys(names, ""))


def test_an_id_that_looks_like_a_persons_number_is_told_as_such():
    assert why(send(json_lines(service(), id=CHILD))).startswith("Leverancens id ligner et CPR-nummer.")
    assert why(send(json_lines(service(), id="a b"))) == "Leverancens id er for langt eller har ugyldige tegn."
    assert not Delivery.unscoped.filter(key__contains=CHILD).exists()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("cpr", 202800006, "#########"),
        ("cpr", [ADULT], '["##########"]'),
        ("p_number", 12, "12"),
        ("id", 202800006, "#########"),
        ("target_group", {"code": "1.1"}, '{"code": "1.1"}'),
        ("secondary_target_groups", ["1.1.1", 2], '["1.1.1", 2]'),
        ("start", True, "true"),
    ],
)
def test_a_value_that_is_no_text_is_shown(name, value, shown):
    delivery = send(json_lines(service(**{name: value})))
    assert shown in [row.value for row in rows(delivery) if row.element == name]


def test_an_action_that_does_not_fit_is_shown_as_it_was_sent():
    records = (service(action="change"), service(id="2", action="withdraw"))
    assert [(row.code, row.value) for row in rows(send(json_lines(*records))) if row.element == "action"] == [
        ("unknown", "change"),
        ("not_there", "withdraw"),
    ]
    assert [
        row.value for row in rows(send(csv_rows(service(p_number=""), period="2026M11"))) if row.code == "known"
    ] == ["new"]
    changed = send_courses(course(INDBERETNINGSTYPE="Ændring"), statistic=CHILDREN, municipality=ODENSE)
    assert [row.value for row in rows(changed) if row.code == "unknown"] == ["Ændring"]


def test_json_that_is_not_even_json_is_broken():
    content = json_lines(service())
    assert send(content + json.dumps({"id": "2"}).encode()[:-1] + b"\x00}\n").reason == "broken"
