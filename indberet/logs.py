"""Log lines: one per request, as JSON or text, and never with a CPR number in them."""

import re
import sys
from time import perf_counter
from typing import Any

import structlog
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata
from structlog.typing import EventDict, Processor, WrappedLogger

_DIGEST = r"(?=\d*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})"
_UUID = r"(?=[\d-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PERSON_NUMBER = re.compile(
    rf"(?P<no_person>(?<![0-9A-Za-z])(?:{_DIGEST}|{_UUID})(?![0-9A-Za-z]))|(?<!\d)\d{{6}}[- ]?\d{{4}}(?!\d)"
)
"""Ten digits, whatever letters stand beside them; but for those in a whole digest or UUID, which would be no good with
a part of them masked."""
_STARTED = "indberet.started"

TALKATIVE = ("saml2", "xmlschema", "xmlsec")
"""Libraries that log whole messages, with names and attributes; what matters of it we log ourselves, by a code."""

_EVERY_LINE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]


def mask_person_numbers(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace everything that looks like a CPR number, in every value of the line."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {_masked(key): _masked(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_masked(each) for each in value]
    return _PERSON_NUMBER.sub(lambda found: found["no_person"] or "XXXXXX-XXXX", str(value))


def configure(level: str, style: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, for a level such as "info" and the style "json" or "text"."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_EVERY_LINE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter(style)},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Django repeats what the request line says; an exception is logged by the request line with its traceback.
            "django.request": {"level": "CRITICAL"},
            "django": {"handlers": [], "level": "INFO"},
            "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
            **{name: {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False} for name in TALKATIVE},
        },
    }


def formatter(style: str) -> dict[str, Any]:
    """The formatter of LOGGING: masks every line, ours and those of libraries, after exceptions have become text."""
    json = structlog.processors.JSONRenderer(ensure_ascii=False)
    text = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _EVERY_LINE,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_person_numbers,
            json if style == "json" else text,
        ],
    }


def client_address(request: HttpRequest) -> str:
    """The client's network address: the one our own proxy saw, never one that the client claims."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class RequestLog(RequestMiddleware):
    """One line per finished request: method, path without its query, status, milliseconds, client address."""

    def prepare(self, request: HttpRequest) -> None:
        """Start the clock; binds a request id that every line of this request carries."""
        request.META[_STARTED] = perf_counter()
        super().prepare(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path; the query string may hold what a person typed."""
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Every line of this request carries the client's address."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))


@receiver(bind_extra_request_finished_metadata)
def add_duration(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    """How long the answer took, in milliseconds."""
    log_kwargs["ms"] = round((perf_counter() - request.META[_STARTED]) * 1000, 1)
