"""Opens the scope of a request: who is logged in and for which municipality."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .session import current_identity, current_scope


class AccessMiddleware:
    """Sets `request.identity` and `request.scope` (None when not logged in, or no municipality is chosen)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identity = current_identity(request)
        request.identity = identity  # type: ignore[attr-defined]
        request.scope = current_scope(request, identity) if identity else None  # type: ignore[attr-defined]
        return self.get_response(request)
