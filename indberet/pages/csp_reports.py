"""What browsers report of pages that wanted what our policy forbids (ASVS 3.4.7)."""

import json
import re
from collections.abc import Iterator
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from structlog import get_logger

log = get_logger(__name__)
MOST_BYTES = 16_384
MOST_REPORTS = 20
PER_MINUTE = 60
TYPES = ("application/csp-report", "application/reports+json", "application/json")
DIRECTIVE = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.-]{1,253}")
WORDS = frozenset(("inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy", "trusted-types-sink"))


class Budget:
    """So many requests a minute in this process: reports shall help us, not fill the disk."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute, self.left, self.since, self.lock = per_minute, per_minute, monotonic(), Lock()

    def take(self) -> bool:
        """Whether there is one left."""
        with self.lock:
            if monotonic() - self.since >= 60:
                self.left, self.since = self.per_minute, monotonic()
            self.left -= 1
            return self.left >= 0


BUDGET = Budget(PER_MINUTE)


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Logs the directive and the host that was blocked: never a page's address, a query string or a sample of a page.
    A browser sends it by itself, so there is no token, and the session is not looked at.
    """
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    if not BUDGET.take():
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        found = list(_violations(json.loads(request.body)))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for directive, blocked in found[:MOST_REPORTS]:
        log.warning("csp_violation", directive=directive, blocked=blocked)
    return HttpResponse(status=204)


def _violations(sent: Any) -> Iterator[tuple[str, str]]:
    """Directive and blocked host of each report, in the old form (report-uri) and in the new one (report-to)."""
    for report in sent if isinstance(sent, list) else [sent]:
        if not isinstance(report, dict):
            continue
        body = report.get("csp-report", report.get("body"))
        if isinstance(body, dict):
            directive = (
                body.get("effectiveDirective") or body.get("effective-directive") or body.get("violated-directive")
            )
            yield _directive(directive), _host(body.get("blockedURL") or body.get("blocked-uri"))


def _directive(text: object) -> str:
    first = str(text or "").split(" ", 1)[0]
    return first if DIRECTIVE.fullmatch(first) else "unknown"


def _host(text: object) -> str:
    """The host of an address, or the word that stands for what has none."""
    if text in WORDS:
        return str(text)
    try:
        host = (urlsplit(str(text or "")).hostname or "").lower()
    except ValueError:
        return "unknown"
    return host if HOST.fullmatch(host) else "unknown"
