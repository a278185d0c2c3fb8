"""A browser as small as can be: it calls the portal's WSGI application, so that what is timed is the server side."""

import io
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Answer:
    """What came back; `body` is empty when it was streamed to nowhere, `size` counts its bytes."""

    status: int
    headers: dict[str, str]
    body: str
    size: int


@dataclass
class Browser:
    """Keeps cookies and the CSRF token of the last page. Every answer other than `expected` raises RuntimeError."""

    application: Application
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def get(self, path: str) -> Answer:
        """A page."""
        return self._call("GET", path, b"", expected=200)

    def post(self, path: str, typed: Mapping[str, Any], *, expected: int = 302, keep: bool = True) -> Answer:
        """A form, with the token of the page it came from; `keep` false throws the body away as it comes."""
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **typed}, doseq=True).encode()
        return self._call("POST", path, body, expected=expected, keep=keep)

    def _call(self, method: str, path: str, body: bytes, *, expected: int, keep: bool = True) -> Answer:
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            started.update(status=int(status[:3]), headers=headers)

        chunks = self.application(self._environ(method, path, body), start_response)
        parts, size = [], 0
        for chunk in chunks:
            size += len(chunk)
            if keep:
                parts.append(chunk)
        close = getattr(chunks, "close", None)
        if close:
            close()
        answer = Answer(started["status"], dict(started["headers"]), b"".join(parts).decode(), size)
        self._remember(started["headers"], answer)
        if answer.status != expected:
            raise RuntimeError(f"{method} {path} gave {answer.status}, expected {expected}: {answer.body[:2000]}")
        return answer

    def _remember(self, headers: list[tuple[str, str]], answer: Answer) -> None:
        for name, value in headers:
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        found = CSRF.search(answer.body)
        if found:
            self.csrf = found[1]

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        path, _question_mark, query = path.partition("?")
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT_LANGUAGE": "da",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
