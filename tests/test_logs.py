"""Log lines never hold a CPR number, and name the client that our own proxy saw."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from hashlib import sha256

import pytest
import structlog
from django.test import RequestFactory

from indberet import environment, logs

NUMBER = "0101901234"
DIGEST = f"dcfe{NUMBER}b1a45ef95dcf5518c14fb1a45ef95dcf5518c14fb1a45ef95d"
UUID = "ab010190-1234-4dab-b844-8cec6c15f30e"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CPR 010190-1234 not found", "CPR XXXXXX-XXXX not found"),
        ("0101901234", "XXXXXX-XXXX"),
        ("010190 1234", "XXXXXX-XXXX"),
        ("/cases/0101901234/", "/cases/XXXXXX-XXXX/"),
        ({"cpr": ["010190-1234"]}, {"cpr": ["XXXXXX-XXXX"]}),
        (ValueError("010190-1234"), "XXXXXX-XXXX"),
        ("2026-11-22T06:18:08.496575Z", "2026-11-22T06:18:08.496575Z"),
        ("123456789012", "123456789012"),
        ("b'0101901234'", "b'XXXXXX-XXXX'"),
        ("first\\n0101901234x", "first\\nXXXXXX-XXXXx"),
        ("cpr0101901234f", "cprXXXXXX-XXXXf"),
        (f"head=233:{DIGEST}", f"head=233:{DIGEST}"),
        (f"{DIGEST} of 0101901234", f"{DIGEST} of XXXXXX-XXXX"),
        (UUID, UUID),
        (f"{DIGEST}0", f"{DIGEST.replace(NUMBER, 'XXXXXX-XXXX')}0"),
        (f"x{UUID}", "xabXXXXXX-XXXX-4dab-b844-8cec6c15f30e"),
        ("0101901234" * 4, "0101901234" * 4),
        (12.5, 12.5),
        (None, None),
    ],
)
def test_person_numbers_are_masked(value, expected):
    assert logs.mask_person_numbers(None, "info", {"value": value}) == {"value": expected}


def test_no_digest_is_masked():
    """Of random ones every fourteenth has what looks like a number."""
    digests = [sha256(str(number).encode()).hexdigest() for number in range(1000)]
    assert logs.mask_person_numbers(None, "info", {"heads": digests}) == {"heads": digests}
    assert sum(bool(re.search(r"(?<!\d)\d{10}(?!\d)", digest)) for digest in digests) > 1


@pytest.fixture
def lines():
    """What the JSON formatter of the settings writes for any logger, line by line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**without_factory(logs.formatter("json"))))
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def without_factory(formatter):
    return {name: value for name, value in formatter.items() if name != "()"}


def test_an_exception_is_logged_without_the_person_in_it(lines):
    try:
        raise ValueError("no case for 010190-1234")
    except ValueError:
        logging.getLogger("tests.logs").exception("saving %s failed", "010190-1234")
    (line,) = lines()
    assert line["event"] == "saving XXXXXX-XXXX failed"
    assert "ValueError: no case for XXXXXX-XXXX" in line["exception"]
    assert "1234" not in json.dumps(line)


def test_a_request_is_logged_without_its_query():
    request = RequestFactory().get("/adults/own/?q=010190-1234")
    assert logs.RequestLog.format_request(request) == "GET /adults/own/"


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "expected"),
    [
        (False, "1.2.3.4", "127.0.0.1"),
        (True, "1.2.3.4, 10.0.0.7", "10.0.0.7"),
        (True, "", "127.0.0.1"),
    ],
)
def test_the_client_is_the_one_our_own_proxy_saw(behind_proxy, forwarded, expected, settings):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert logs.client_address(request) == expected


@pytest.mark.parametrize("style", ["json", "text"])
def test_both_styles_mask(style):
    assert logs.mask_person_numbers in logs.formatter(style)["processors"]


def test_the_demo_logs_for_people():
    assert environment.LOG_FORMAT.value({"INDBERET_DEMO": "1"}) == "text"
    assert environment.LOG_FORMAT.value({}) == "json"


def test_libraries_that_log_whole_messages_are_not_heard(tmp_path):
    code = """
import logging, django
django.setup()
for name in ("saml2", "saml2.response", "saml2.attribute_converter", "xmlsec", "xmlschema"):
    for level in range(10, 51, 10):
        logging.getLogger(name).log(level, "<saml:Attribute>Anna</saml:Attribute>")
logging.getLogger("indberet").error("heard")
"""
    demo = {"INDBERET_DEMO": "1", "INDBERET_DATA_DIR": str(tmp_path), "INDBERET_LOG_LEVEL": "debug"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INDBERET_")} | demo
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "heard" in ran.stderr
    assert "Anna" not in ran.stdout + ran.stderr
