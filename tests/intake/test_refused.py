"""A wrong file is refused as a whole, with one reason, and nothing is stored of it."""

import codecs
import gzip
import json

import pytest

from indberet.intake import deliver as delivering
from indberet.intake import lines, xml_file
from indberet.intake.models import Delivery, DeliveryFinding, State
from indberet.intake.page import ReceiptPage
from indberet.register.models import Case, Record
from tests.people import ADULTS, CHILDREN

from .files import NS, course, csv_rows, json_lines, metadata, own, record_xml, send, service, xml

pytestmark = pytest.mark.django_db
WHOLE = xml(course(), course(INDSATSFORLOEB_ID="2"))
HEAD, TAIL = WHOLE.split(b"<BoernMedHandicapLeveranceL231Struktur", 1)


def refused(content, reason, **who):
    """Refuses it, for that reason, and stores nothing."""
    delivery = send(content, **who)
    assert (delivery.state, delivery.reason) == (State.REFUSED, reason)
    assert (Record.unscoped.count(), Case.unscoped.count(), DeliveryFinding.unscoped.count()) == (0, 0, 0)
    assert delivery.records == 0
    assert ReceiptPage(delivery).reason
    return delivery


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (WHOLE[: len(WHOLE) // 2], "broken"),
        (WHOLE[:-10], "broken"),
        (WHOLE + b"<more/>", "broken"),
        (WHOLE.replace(b"</CPR>", b"</KPR>", 1), "broken"),
        (WHOLE.replace(b"L231</e:FormID>", b"L232</e:FormID>"), "other_form"),
        (WHOLE.replace(b"<e:FormID>L231</e:FormID>", b""), "other_form"),
        (WHOLE.replace(NS.encode(), b"urn:other"), "other_root"),
        (b"<html><body/></html>", "other_root"),
        (b"<!-- nothing -->", "broken"),
        (xml(course(), form="T231"), "test_form"),
        (xml(course(), entity="751"), "other_municipality"),
        (xml(course(), entity=""), "other_municipality"),
        (xml(), "no_records"),
        (WHOLE.replace(metadata().encode(), b""), "foreign"),
        (
            WHOLE.replace(b"<BoernMedHandicapSagStrukturSamling>", b"").replace(
                b"</BoernMedHandicapSagStrukturSamling>", b""
            ),
            "foreign",
        ),
        (
            xml().replace(b"<BoernMedHandicapSagStrukturSamling>\n\n</BoernMedHandicapSagStrukturSamling>", b""),
            "structure",
        ),
        (xml(course(), ref="0202800006"), "id_like_person"),
        (xml(course(), ref="a b"), "bad_id"),
        (gzip.compress(WHOLE), "compressed"),
        (b"PK\x03\x04 a workbook", "format"),
        (b"%PDF-1.7", "format"),
        (b"[]", "format"),
    ],
)
def test_of_another_file_nothing_is_stored(content, reason):
    refused(content, reason, statistic=CHILDREN)


def test_a_municipality_with_a_leading_zero_is_the_same():
    assert send(xml(course(), entity="0461")).state == State.STORED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (WHOLE, "format"),
        (json_lines(service(), statistic="children"), "other_form"),
        (json_lines(service(), municipality="751"), "other_municipality"),
        (json_lines(service(), test=True), "test_form"),
        (json_lines(service(), test="no"), "structure"),
        (json_lines(service(), surprise=1), "unknown_names"),
        (json_lines(), "no_records"),
        (json_lines(service())[:-20], "broken"),
        (json_lines(service()).replace(b"Mette", b"\xff"), "no change"),
        (json_lines(service()) + b"\xff\xfe\n", "encoding"),
        (json_lines(service()) + b"[1]\n", "structure"),
        (json_lines(service()) + b'{"id": "\\ud800"}\n', "character"),
        (json_lines(service()) + b"[" * 100_000 + b"\n", "broken"),
        (json_lines(service()) + b'{"id": ' + b"9" * 5000 + b"}\n", "broken"),
        (json.dumps({"delivery": own(), "records": []}).encode(), "structure"),
        (csv_rows(service()).replace(b";cpr;", b";kpr;"), "unknown_names"),
        (csv_rows(service()).replace(b";cpr;", b";id;"), "repeated_names"),
        (csv_rows(service()) + b"1;2;3\r\n", "columns"),
        (csv_rows(service()) + b'"never closed', "broken"),
        (csv_rows(service(caseworker="x")).replace(b"x", b"\xe6"), "unknown_names"),
        (csv_rows(service()) + "2;æ;".encode("latin-1") + b"\r\n", "encoding"),
        (csv_rows(service()).rstrip(), "broken"),
        (json_lines(service(), records=2), "other_count"),
        (json_lines(service(), records="many"), "structure"),
        (b"statistic;municipality;test\r\n", "structure"),
        (b"cpr;start\r\n0202800006;2025-01-01\r\n", "format"),
        (codecs.BOM_UTF16_LE + "x".encode("utf-16-le"), "encoding"),
    ],
)
def test_json_and_csv_too(content, reason):
    if reason == "no change":
        assert send(content).state == State.STORED
    else:
        refused(content, reason, statistic=ADULTS)


@pytest.mark.parametrize("reader", [json_lines, csv_rows])
def test_a_byte_order_mark_is_read(reader):
    assert send(codecs.BOM_UTF8 + reader(service())).state == State.STORED
    assert send(codecs.BOM_UTF8 + WHOLE).state == State.STORED


@pytest.mark.parametrize(
    "prolog",
    [
        '<?xml version="1.0" encoding="ISO-8859-1"?>',
        "<?xml version='1.0' encoding='windows-1252'?>",
        '<?xml version="1.0" encoding="UTF-7"?>',
    ],
)
def test_only_utf8_is_read(prolog):
    refused(xml(course(), prolog=prolog), "encoding")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_wide_encoding_is_read(encoding):
    refused(WHOLE.decode().replace("UTF-8", encoding).encode(encoding), "encoding", statistic=CHILDREN)


def test_bytes_that_are_not_utf8_are_told_as_such():
    delivery = refused(xml(course(SAGSBEHANDLER="Møller")).replace("ø".encode(), b"\xf8"), "encoding")
    assert delivery.reason_params == {"line": 11}
    assert refused(json_lines(service()) + b"\xff\n", "encoding").reason_params == {"line": 3}
    assert refused(csv_rows(service()) + b"\xff\r\n", "encoding").reason_params == {"line": 5}


def test_another_root_is_told_with_its_namespace():
    told = refused(WHOLE.replace(NS.encode(), b"urn:other"), "other_root").reason_params
    assert (told["found"], told["own"], told["namespace"]) == (told["expected"], "urn:other", NS)
    assert refused(b"<html/>", "other_root", statistic=CHILDREN).reason_params["own"] == ""


BOMB = (
    '<!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE l SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
        f"<!--{'x' * (lines.CHUNK - 60)}--><!DOCTYPE l>",
        f"<!--{'x' * 3 * lines.CHUNK}--><!DOCTYPE l>",
    ],
)
def test_a_doctype_is_refused_before_it_is_parsed(doctype):
    content = HEAD + doctype.encode() + b"<BoernMedHandicapLeveranceL231Struktur" + TAIL
    refused(content.replace(b">Ny<", b">&x;<", 1), "doctype", statistic=CHILDREN)


RECORD = b"<BoernMedHandicapSagStruktur>"
END_OF_RECORD, END_OF_ALL = b"</BoernMedHandicapSagStruktur>", b"</BoernMedHandicapSagStrukturSamling>"


def replaced(before, after, count=1):
    """The whole file with the last of something replaced."""
    return after.join(WHOLE.rsplit(before, count))


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (WHOLE.replace(RECORD, b"<a/>" + RECORD, 1), 5, "a"),
        (replaced(RECORD, b"<a/>" + RECORD), 12, "a"),
        (replaced(RECORD, b"<Sag>").replace(END_OF_RECORD + b"\n" + END_OF_ALL, b"</Sag>\n" + END_OF_ALL), 12, "Sag"),
        (replaced(RECORD, RECORD[:-1] + b' xmlns="urn:x">'), 12, "BoernMedHandicapSagStruktur (urn:x)"),
        (replaced(END_OF_RECORD, END_OF_RECORD + b"\n<a/>"), 19, "a"),
        (replaced(END_OF_RECORD, b"<a>" + RECORD + END_OF_RECORD + b"</a>" + END_OF_RECORD), 18, RECORD[1:-1].decode()),
        (replaced(END_OF_ALL, END_OF_ALL + b"<a/>"), 19, "a"),
        (replaced(END_OF_ALL, END_OF_ALL + RECORD + END_OF_RECORD), 19, RECORD[1:-1].decode()),
        (replaced(END_OF_ALL, END_OF_ALL + b"\n<" + END_OF_ALL[2:-1] + b"/>"), 20, END_OF_ALL[2:-1].decode()),
        (replaced(END_OF_ALL, END_OF_ALL + metadata().encode()), 19, "DeliveryMetadataNewStructure"),
        (WHOLE.replace(b"<DeliveryMeta", b"<a/><DeliveryMeta"), 3, "a"),
        (WHOLE.replace(b"<" + END_OF_ALL[2:], b"<a/><" + END_OF_ALL[2:]), 4, "a"),
        (xml().replace(END_OF_ALL, b"<a/>" + END_OF_ALL), 6, "a"),
    ],
)
def test_nothing_in_the_file_is_passed_over(content, line, found):
    delivery = refused(content, "foreign")
    assert (delivery.reason_params["line"], delivery.reason_params["found"]) == (line, found)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (WHOLE.replace(RECORD, b"hej" + RECORD, 1), 4),
        (replaced(RECORD, b"hej" + RECORD), 5),
        (replaced(END_OF_ALL, b"hej\n" + END_OF_ALL), 12),
        (replaced(END_OF_ALL, "\u00a0".encode() + END_OF_ALL), 12),
        (replaced(END_OF_ALL, END_OF_ALL + b"hej"), 4),
        (WHOLE.replace(b"<DeliveryMeta", b"hej<DeliveryMeta"), 2),
    ],
)
def test_no_text_outside_the_elements_is_passed_over(content, line):
    assert refused(content, "stray_text", statistic=CHILDREN).reason_params == {"line": line}


def test_the_last_record_of_a_long_file_is_no_exception():
    """A file that is read in many pieces."""
    records = [course(INDSATSFORLOEB_ID=str(number)) for number in range(1_000)]
    content = xml(*records)
    assert len(content) > 3 * lines.CHUNK
    refused(content.replace(END_OF_ALL, b"<Sag>1</Sag>" + END_OF_ALL), "foreign", statistic=CHILDREN)
    refused(content.replace(RECORD, b"hej" + RECORD).replace(b"hej", b"", 999), "stray_text", statistic=CHILDREN)


@pytest.mark.parametrize("ahead", [0, 10_000])
def test_an_entity_that_nobody_declared_is_not_read_and_its_line_told(ahead):
    content = WHOLE.replace(RECORD, b"<!-- x -->\n" * ahead + RECORD, 1).replace(b">Ny<", b">&x;<", 1)
    assert refused(content, "broken", statistic=CHILDREN).reason_params == {"line": 7 + ahead}


@pytest.mark.parametrize("character", [b"&#1;", b"\x01", b"&#x1;"])
def test_a_character_that_xml_cannot_have_is_told_as_such(character):
    content = xml(course(SAGSBEHANDLER="Mette")).replace(b"Mette", character)
    assert refused(content, "character").reason_params == {"line": 11, "found": "U+0001"}


def test_a_doctype_after_the_beginning_is_no_xml():
    refused(WHOLE.replace(b"<BoernMedHandicapSagStruktur>", b"<!DOCTYPE l><BoernMedHandicapSagStruktur>", 1), "doctype")


@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_nesting_is_refused(depth):
    refused(WHOLE.replace(b"<CPR>", b"<CPR>" + b"<a>" * depth, 1), "broken", statistic=CHILDREN)


def test_one_record_cannot_fill_the_memory():
    stuffed = record_xml(course()).replace("<CPR>", "<a/>" * (lines.MOST_RECORD // 3) + "<CPR>")
    refused(WHOLE.replace(record_xml(course()).encode(), stuffed.encode(), 1), "record_too_large", statistic=CHILDREN)
    refused(json_lines(service(caseworker="x" * lines.MOST_RECORD)), "record_too_large")
    refused(csv_rows(service(p_number="x" * lines.MOST_RECORD)), "record_too_large")
    endless = csv_rows(service()) + b'"1\n";' * (lines.MOST_RECORD // 4)
    refused(endless, "record_too_large")


def test_a_file_over_the_limit_is_refused(settings):
    settings.DELIVERY_MOST_BYTES = len(WHOLE) - 1
    refused(WHOLE, "too_large", statistic=CHILDREN)
    settings.DELIVERY_MOST_BYTES = len(WHOLE)
    assert send(WHOLE).state == State.STORED


def test_too_many_records_are_refused(monkeypatch):
    monkeypatch.setattr(delivering, "MOST_RECORDS", 1)
    refused(WHOLE, "too_many_records")


def test_nothing_is_fetched(monkeypatch):
    """A delivery's own schema location is not looked at."""
    import socket

    def refuse(*arguments):
        raise AssertionError("somebody opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hint = (
        b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://127.0.0.1:9/a.xsd" xmlns='
    )
    assert send(WHOLE.replace(b"xmlns=", hint, 1)).state == State.STORED
    assert xml_file.SAFE["no_network"]


def test_a_refused_delivery_may_come_again_in_order():
    assert send(WHOLE[:-5], key="a", statistic=CHILDREN).state == State.REFUSED
    assert send(WHOLE, key="a").state == State.STORED
    assert [each.state for each in Delivery.unscoped.order_by("id")] == ["refused", "stored"]


def test_a_reason_names_no_person(caplog):
    for content in (WHOLE[: WHOLE.index(b"0404154004") + 12], json_lines(service())[:-60], csv_rows(service())[:-9]):
        delivery = send(content, statistic=CHILDREN if content.startswith(b"<") else ADULTS)
        assert delivery.state == State.REFUSED
        assert "0404154004" not in str(delivery.reason_params)
        assert "0202800006" not in str(delivery.reason_params)
    assert "0404154004" not in caplog.text
