"""Opens the scope of a request: who is logged in and for which municipality."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from .paths import KEEP_HEADER, PAGE_HEADER, REPORT_PATH, STATE_PATH
from .session import Found, current_scope, find_login, keep_typed


class AccessMiddleware:
    """Sets `request.identity`, `request.login` and `request.scope` (None when not logged in, or no municipality is
    chosen), and `request.ended`: how the log-in ended that the request came with, if it did.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_person = request.path_info != STATE_PATH and KEEP_HEADER not in request.headers
        found = find_login(request, active=by_person) if request.path_info != REPORT_PATH else Found()
        request.identity, request.login, request.ended = found.identity, found.login, found.ended  # type: ignore[attr-defined]
        request.scope = current_scope(request, found.identity) if found.identity else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A form that a script sends because the log-in ends is kept, and never saved. The token was checked before."""
        if request.method != "POST" or KEEP_HEADER not in request.headers:
            return None
        page = keep_typed(request)
        return HttpResponse(status=204, headers={PAGE_HEADER: page}) if page else HttpResponse(status=422)
