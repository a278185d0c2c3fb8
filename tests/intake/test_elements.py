"""A record is held against what its format says, and each mistake is told once: in which line, of which element, and
what was found there."""

import io
from dataclasses import replace

import pytest

from indberet.definition.checks import check_definitions
from indberet.definition.exchange import CPR, DAY, EMAIL, MOMENT, Element, Exchange, digits, number, text
from indberet.intake import elements
from indberet.intake.texts import TEXTS, texts
from indberet.intake.written import fits
from indberet.intake.xml_file import XmlFile
from tests.people import CHILD, CHILDREN

from .files import course, metadata, record_xml, xml

FORMAT = CHILDREN.exchange.xml
assert FORMAT
FOREIGN = {"CPR": None, "UDL_NR": "AB-17", "KOEN": "2", "FOEDDAG": "2016-05-04"}
EVERYTHING = {
    "INDSATS_SLUTDATO": "2025-03-01+01:00",
    "SAGSBEHANDLER": "Mette Møller",
    "ORIGIN_INDSATSFORLOEB_ID": "a",
    "ORIGIN_PERSON_ID": "b",
}


def read(content):
    """The only record of an L231 file."""
    (line,) = XmlFile(io.BytesIO(content), FORMAT).lines()
    return line


def found(content):
    """What is wrong with it, by code, element, value and line."""
    return [(each.code, each.name, each.value, each.line) for each in read(content).problems]


def with_record(before, after, **changes):
    """A file with a record in which something was replaced."""
    content = record_xml(course(**changes))
    assert before in content
    return xml(course(**changes)).replace(content.encode(), content.replace(before, after, 1).encode())


def line_of(content, words):
    """The line in which words stand for the first time."""
    return content[: content.index(words.encode())].count(b"\n") + 1


@pytest.mark.parametrize(
    "changes", [{}, FOREIGN, EVERYTHING, FOREIGN | EVERYTHING, {"CPR": "0000000000"}, {"KOEN": "5"}]
)
def test_what_follows_the_format_is_right(changes):
    assert found(xml(course(**changes))) == []


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        (text(1, 3), ["a", "abc", "å😀ø", " "], ["", "abcd", "    "]),
        (text(0, 2), ["", "ab"], ["abc"]),
        (text(2), ["ab", "a" * 1_000], ["a"]),
        (digits(3), ["005", "999"], ["5", "0005", "00A", " 005", "٠٠٥", "-05", ""]),
        (number(1), ["0", "9", " 1\n"], ["", "12", "+1", "-1", "1.", "²", "dreng"]),
        (
            CPR,
            ["0404154004", "2902154004", "3112154004", "0000000000"],
            ["3002154004", "3104154004", "0413154004", "0004154004", "040415-4004", "040415400", "04041540040", ""],
        ),
        (
            DAY,
            ["2025-02-01", "2024-02-29", "2000-02-29", "2025-02-01Z", "2025-02-01-14:00", "\n 2025-02-01+13:59 "],
            [
                "2025-02-29",
                "1900-02-29",
                "2025-04-31",
                "2025-13-01",
                "2025-00-01",
                "2025-01-00",
                "2025-1-1",
                "01-02-2025",
            ],
        ),
        (DAY, ["10000-02-29", "-0004-02-29"], ["0000-01-01", "02025-01-01", "+2025-01-01", "20250201", "", "snart"]),
        (DAY, [], ["2025-02-01+14:01", "2025-02-01+15:00", "2025-02-01z", "2025-02-01T00:00:00", "٢٠٢٥-02-01"]),
        (
            MOMENT,
            ["2026-11-01T10:00:00", "2026-11-01T24:00:00", "2026-11-01T23:59:59.123Z", " 2026-11-01T00:00:00+01:00"],
            ["2026-11-01", "2026-11-01 10:00:00", "2026-11-01T24:00:01", "2026-11-31T10:00:00", "2026-11-01T10:00:00."],
        ),
        (EMAIL, ["a@b.dk", "@b", "æ@ø"], ["", "a@", "a b@c", "a@b@c", "a[b]@c", "a@" + "b" * 65, "a" * 192 + "@b"]),
    ],
)
def test_how_a_text_must_be_written(form, right, wrong):
    test = fits(form)
    assert [each for each in right if not test(each)] == []
    assert [each for each in wrong if test(each)] == []


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"CPR": "3002154004"}, "element_cpr", "CPR"),
        ({"INDSATS_KODE": "5"}, "element_digits", "INDSATS_KODE"),
        ({"INDSATS_KODE": ""}, "element_digits", "INDSATS_KODE"),
        ({"INDSATS_KODE": " 005"}, "element_space", "INDSATS_KODE"),
        ({"CPR": "\n0404154004\n"}, "element_space", "CPR"),
        ({"INDSATS_STARTDATO": "01-02-2025"}, "element_day", "INDSATS_STARTDATO"),
        ({"INDSATS_SLUTDATO": ""}, "element_empty", "INDSATS_SLUTDATO"),
        ({"INDSATS_SLUTDATO": "snart"}, "element_day", "INDSATS_SLUTDATO"),
        ({"SAGSBEHANDLER": ""}, "element_empty", "SAGSBEHANDLER"),
        ({"SAGSBEHANDLER": "x" * 101}, "element_text", "SAGSBEHANDLER"),
        ({"ORIGIN_PERSON_ID": "x" * 257}, "element_text", "ORIGIN_PERSON_ID"),
        ({"INDSATSFORLOEB_ID": "x" * 51}, "element_text", "INDSATSFORLOEB_ID"),
        ({"INDBERETNINGSTYPE": "N"}, "element_text", "INDBERETNINGSTYPE"),
        ({**FOREIGN, "UDL_NR": ""}, "element_text", "UDL_NR"),
        ({**FOREIGN, "KOEN": "dreng"}, "unreadable_word", "KOEN"),
        ({"FREMMED": "x"}, "element_unknown", "FREMMED"),
    ],
)
def test_a_wrong_text_is_told_with_its_line_and_value(changes, code, element):
    content = xml(course(**changes))
    value = "A" if code == "element_unknown" else changes[element].strip()
    assert found(content) == [(code, element, value, line_of(content, f"<{element}>"))]


@pytest.mark.parametrize(
    ("before", "after", "expected", "words"),
    [
        ("<CPR>0404154004</CPR>\n", "", ("element_missing_one", "CPR", "", 5), "CPR, UDL_NR"),
        ("<INDSATS_KODE>005</INDSATS_KODE>\n", "", ("element_missing", "INDSATS_KODE", "", 5), "INDSATS_KODE"),
        ("</CPR>", "</CPR>\n<UDL_NR>A</UDL_NR>", ("element_choice", "UDL_NR", "A", 9), "CPR, UDL_NR"),
        ("<CPR>", "<UDL_NR>A</UDL_NR>\n<CPR>", ("element_choice", "UDL_NR", "A", 8), "CPR, UDL_NR"),
        ("</CPR>", "</CPR>\n<CPR>0505154006</CPR>", ("element_repeated", "CPR", "0505154006", 9), ""),
        ("<INDSATSFORLOEB_ID>", "<CPR>1</CPR><INDSATSFORLOEB_ID>", ("element_repeated", "CPR", CHILD, 8), ""),
        ("</CPR>", "</CPR>\n<SAGSBEHANDLER>M</SAGSBEHANDLER>", ("element_after", "SAGSBEHANDLER", "M", 9),
         "INDSATS_STARTDATO"),
        ("<INDSATSFORLOEB_ID>", "<KOEN>1</KOEN><INDSATSFORLOEB_ID>", ("element_before", "KOEN", "1", 6),
         "INDSATS_KODE"),
        ("</CPR>", "</CPR>\n<KØN>1</KØN>", ("element_unknown", "KØN", "#", 9), ""),
        ("</CPR>", "</CPR>\n<x><y>1</y>2</x>", ("element_unknown", "x", "##", 9), ""),
        ("<CPR>", '<CPR nr="7">', ("element_attribute", "CPR", 'nr="#"', 8), None),
        ("<BoernMedHandicapSagStruktur>", '<BoernMedHandicapSagStruktur nr="7">',
         ("element_attribute", "BoernMedHandicapSagStruktur", 'nr="#"', 5), None),
        ("<CPR>0404154004", "<CPR>\n<b>0404154004</b>", ("element_inside", "CPR", "b", 9), None),
        ("</CPR>\n", "</CPR> hej\n", ("element_stray", "BoernMedHandicapSagStruktur", "AAA", 8), None),
        ("<INDSATSFORLOEB_ID>", "hej<INDSATSFORLOEB_ID>",
         ("element_stray", "BoernMedHandicapSagStruktur", "AAA", 5), None),
    ],
)  # fmt: skip
def test_a_wrong_element_is_told_once(before, after, expected, words):
    content = with_record(before, after)
    assert [each for each in found(content) if each[1:3] != ("CPR", "1")] == [expected]
    if words is not None:
        told = next(each for each in read(content).problems if each.code == expected[0])
        assert told.params["words"] == words


def test_a_number_that_went_astray_is_told_by_its_form():
    for after in ("</CPR><UDL>AB-17</UDL>", '</CPR><x y="AB-17"/>', "</CPR>AB-17"):
        assert all("17" not in each.value for each in read(with_record("</CPR>", after)).problems)
    assert [each[2] for each in found(with_record("</CPR>", "</CPR><UDL>AB-17</UDL>"))] == ["AA-##"]


def test_an_element_in_another_namespace_is_told_with_both():
    line = read(with_record("<CPR>", '<CPR xmlns="urn:x">'))
    (told,) = line.problems
    assert (told.code, told.name, told.value) == ("element_namespace", "CPR", "urn:x")
    assert told.params["words"] == FORMAT.namespace
    assert "cpr" not in line.texts


def test_of_an_element_that_is_there_twice_the_first_counts_and_the_second_is_shown():
    content = with_record("</INDSATS_KODE>", "</INDSATS_KODE>\n<INDSATS_KODE>006</INDSATS_KODE>")
    assert found(content) == [("element_repeated", "INDSATS_KODE", "006", 10)]
    assert read(content).texts["service_code"] == "005"


def test_a_word_that_is_only_our_own_is_not_taken_as_a_sex():
    assert "sex" not in read(xml(course(**{**FOREIGN, "KOEN": "dreng"}))).texts
    assert read(xml(course(**{**FOREIGN, "KOEN": "5"}))).texts["sex"] == "5"
    assert read(xml(course(**FOREIGN))).texts["sex"] == "pige"


def test_each_field_knows_its_line():
    content = xml(course(**FOREIGN))
    line = read(content)
    for field in ("id", "action", "udl", "sex", "birth_date", "service_code", "start"):
        assert line.line_of(field) == line_of(content, f"<{FORMAT.name_of(field)}>")
    assert line.line_of("end") == line.number == 5
    in_one = read(content.replace(b"\n", b""))
    assert (in_one.number, in_one.line_of("start")) == (1, 1)


def test_records_set_alike_share_what_is_known_of_their_lines():
    first, second = XmlFile(io.BytesIO(xml(course(), course(INDSATSFORLOEB_ID="2"))), FORMAT).lines()
    assert first.below is second.below


def test_of_many_mistakes_the_first_are_told_and_that_there_are_more(monkeypatch):
    many = "".join(f"<x{number}/>" for number in range(elements.MOST_PROBLEMS))
    assert len(found(with_record("</CPR>", f"</CPR>{many}"))) == elements.MOST_PROBLEMS
    told = found(with_record("</CPR>", f"</CPR>{many}<y/>"))
    assert told[-1] == ("element_more", "BoernMedHandicapSagStruktur", "", 5)
    assert len(told) == elements.MOST_PROBLEMS + 1
    monkeypatch.setattr(elements, "MOST_PARTS", 4)
    assert found(xml(course()))[-1][0] == "element_more"


def test_an_attribute_about_schemas_is_no_mistake():
    hint = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'
    assert found(with_record("<BoernMedHandicapSagStruktur>", f"<BoernMedHandicapSagStruktur {hint}>")) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<e:Source>CEMOS</e:Source>", "", ("element_missing", "Source", "", 3)),
        ("2026M10", "x" * 21, ("element_long", "Period", "x" * 21, 3)),
        ("<e:EntityIDType>Kommune</e:EntityIDType>", "", ("element_missing", "EntityIDType", "", 3)),
        ("<e:Envelope>", '<e:Envelope x="1">', ("element_attribute", "Envelope", 'x="#"', 3)),
        ("</e:Envelope>", "</e:Envelope>\n<Mystery/>", ("element_unknown", "Mystery", "", 4)),
        ("</e:Envelope>", "</e:Envelope><ContactStructureCollection/>", ("element_missing", "ContactStructure", "", 3)),
        ("<DeliveryMetadataNewStructure>", "<DeliveryMetadataNewStructure>hej",
         ("element_stray", "DeliveryMetadataNewStructure", "AAA", 3)),
        ("</e:Envelope>", "</e:Envelope><DBoksContactNewStructure><CVRnumberIdentifier>1</CVRnumberIdentifier>"
         "</DBoksContactNewStructure>", ("element_digits", "CVRnumberIdentifier", "1", 3)),
    ],
)  # fmt: skip
def test_mistakes_in_the_deliverys_own_data_are_told(before, after, expected):
    assert before in metadata()
    opened = XmlFile(io.BytesIO(xml(course()).replace(before.encode(), after.encode(), 1)), FORMAT)
    assert [(each.code, each.name, each.value, each.line) for each in opened.envelope.problems] == [expected]
    assert opened.envelope.municipality == "461"


def test_the_deliverys_own_data_may_tell_all_that_the_format_has():
    more = (
        "<CommunicatorStructureCollection><CommunicatorStructure><CommunicationDescription>x</CommunicationDescription>"
        "<CommunicationDateTime>2026-11-01T10:00:00</CommunicationDateTime><SystemStructure><SystemName>Nova</SystemName>"
        "<SystemVersion>1.0</SystemVersion></SystemStructure></CommunicatorStructure></CommunicatorStructureCollection>"
        + "<ContactStructureCollection><ContactStructure><ContactTypeName>x</ContactTypeName><ContactIdentifier>y"
        "</ContactIdentifier><ContactEmailAddress>a@b.dk</ContactEmailAddress></ContactStructure></ContactStructureCollection>"
        * 2
        + "<DBoksContactNewStructure><CVRnumberIdentifier>12345678</CVRnumberIdentifier>"
        "<ProductionUnitIdentifier>1234567890</ProductionUnitIdentifier></DBoksContactNewStructure><FormVersion/>"
    )
    content = xml(course(), ref="2026-10").replace(b"</e:Envelope>", b"</e:Envelope>" + more.encode())
    envelope = XmlFile(io.BytesIO(content), FORMAT).envelope
    assert envelope.problems == ()
    assert (envelope.key, envelope.period, envelope.sender) == ("2026-10", "2026M10", "Nova 1.0")


@pytest.mark.parametrize("place", ["BoernMedHandicapLeveranceL231Struktur", "BoernMedHandicapSagStrukturSamling"])
def test_attributes_around_the_records_are_told(place):
    opened = XmlFile(io.BytesIO(xml(course()).replace(f"<{place}".encode(), f'<{place} x="1"'.encode(), 1)), FORMAT)
    assert [(each.code, each.name, each.value) for each in opened.envelope.problems] == [
        ("element_attribute", place, 'x="#"')
    ]


def test_every_text_can_be_said():
    names = ("words", "later", "first", "longest", "least", "most", "count", "names")
    params = dict.fromkeys(names, "7")
    for code, (severity, _expectation, _reason) in TEXTS.items():
        assert severity in (1, 2)
        for said in texts(code, params):
            assert said.strip()
            assert "{" not in said
            assert "Skema" not in said


def test_mistakes_in_a_format_are_found_at_start_up(monkeypatch):
    wrong = (
        Element(name="A", field="nothing", form=DAY),
        Element(name="B", field="sex", form=number(1), values={"1": "x"}, instead_of="C"),
    )
    record = replace(FORMAT.record, inside=wrong)
    broken = replace(CHILDREN, exchange=Exchange(xml=replace(FORMAT, record=record)))
    monkeypatch.setattr("indberet.definition.checks.statistics", lambda: (broken,))
    told = [error.msg for error in check_definitions() if error.id == "indberet.E012"]
    assert told == [
        "children: L231 has no element for 'id'",
        "children: L231 has no element for 'action'",
        "children: element 'A' of L231 names unknown field 'nothing'",
        "children: element 'B' of L231 stands instead of 'C', which does not come before it",
        "children: element 'B' of L231 stands for unknown code 'x'",
    ]
