"""The address of the mail server, and what becomes of it."""

import pytest

from indberet import environment
from indberet.environment import BadSetting
from indberet.mail_server import Server, server


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("files", Server()),
        ("smtp://localhost", Server(host="localhost", port=25)),
        ("smtp://mail.example.dk:2525", Server(host="mail.example.dk", port=2525)),
        ("smtps://mail.example.dk", Server(host="mail.example.dk", port=465, security="tls")),
        (
            "smtp+starttls://indberet:p%40ss%2Fword@mail.example.dk",
            Server(host="mail.example.dk", port=587, user="indberet", password="p@ss/word", security="starttls"),
        ),
    ],
)
def test_addresses(text, expected):
    assert server(text) == expected


@pytest.mark.parametrize("text", ["", "localhost", "http://localhost", "smtp://", "smtp://host/x", "smtp://host:x"])
def test_what_is_no_address(text):
    with pytest.raises(ValueError):  # noqa: PT011 - its words are for nobody
        server(text)


def test_the_password_is_never_shown():
    variables = {"INDBERET_MAIL_URL": "smtp://indberet:hemmeligt@host:x"}
    with pytest.raises(BadSetting) as wrong:
        environment.MAIL_URL.value(variables)
    assert "hemmeligt" not in str(wrong.value)
    assert "hemmeligt" not in repr(server("smtp://indberet:hemmeligt@host"))


@pytest.mark.parametrize("text", ["x", "a@b@c", "Indberet <a@b.dk>", "a@b.dk, c@d.dk", "a@b.dk\nBcc: x@y.dk"])
def test_what_is_no_sender(text):
    with pytest.raises(BadSetting):
        environment.MAIL_FROM.value({"INDBERET_MAIL_FROM": text})
