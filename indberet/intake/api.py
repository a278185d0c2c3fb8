"""The address at which systems deliver. It knows tokens, not sessions, so no other site can send in somebody's name."""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
    UnreadablePostError,
)
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from indberet.definition.statistic import Statistic

from .deliver import Sender, deliver, refuse
from .lines import CHUNK
from .models import Delivery, DeliveryToken, State
from .receipt import as_json
from .refusal import REASONS, Refused
from .tokens import BadToken, identity_of, token_of, use

ADVICE = {
    "no_token": (401, _("Send et token i headeren Authorization: Bearer ...")),
    "unknown_token": (401, _("Tokenet er ukendt.")),
    "revoked_token": (401, _("Tokenet er spærret. Bed om et nyt.")),
    "expired_token": (401, _("Tokenet er udløbet. Bed om et nyt.")),
    "other_statistic": (403, _("Tokenet er til en anden statistik.")),
    "too_many": (429, _("Der er sendt for mange leverancer inden for en time. Vent, og send igen.")),
    "no_such_delivery": (404, _("Der er ingen leverance med dette id.")),
}
DRAINED = 2
"""How many times the largest delivery is read and thrown away of a body that is not wanted."""
DRAINED_FOR = 60
"""Seconds that this may take."""
Endpoint = Callable[..., HttpResponseBase]
log = structlog.get_logger(__name__)


def needs_token(view: Endpoint) -> Endpoint:
    """Lets a view (request, statistic, token, ...) run only for a system with a token for the statistic, in the
    language that it asks for: Danish, or English."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, statistic: Statistic, **kwargs: Any) -> HttpResponseBase:
        language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "da"
        with translation.override(language):
            try:
                token = token_of(request.headers.get("Authorization", ""), statistic)
                return view(request, statistic, token, **kwargs)
            except BadToken as bad:
                log.warning("delivery_token_refused", code=bad.code, statistic=statistic.id)
                _drain(request)
                return _no(bad.code, bad.wait)

    checked.verb = "token"  # type: ignore[attr-defined]
    return checked


@needs_token
@require_POST
def receive(request: HttpRequest, statistic: Statistic, token: DeliveryToken) -> HttpResponseBase:
    """Takes the delivery in the body: 201 with a receipt, 200 if it was there already, 4xx when it is refused."""
    use(token)
    sender = Sender(
        statistic=statistic,
        municipality=token.municipality,
        system=token.system,
        test=token.test,
        identity=identity_of(token),
    )
    key = request.headers.get("Idempotency-Key", "").strip()
    try:
        length = _length(request)
    except Refused as refused:
        _drain(request)
        return _answer(refuse(sender, refused, key))
    receipt = deliver(sender, _chunks(request), key, length)
    return _answer(receipt.delivery, repeated=receipt.repeated)


@needs_token
@require_GET
def receipt(request: HttpRequest, statistic: Statistic, token: DeliveryToken, key: str) -> HttpResponseBase:
    """The receipt of an earlier delivery of this system, by its id; of a refused one only while no other has it."""
    mine = Delivery.unscoped.filter(
        statistic=statistic.id, municipality=token.municipality, system=token.system, test=token.test, key=key
    )
    found = mine.exclude(state=State.REFUSED).first() or mine.order_by("-id").first()
    return _answer(found, status=200) if found else _no("no_such_delivery")


def _length(request: HttpRequest) -> int:
    """How many bytes the body has. Raises Refused for what can be told before it is read."""
    length = request.headers.get("Content-Length", "")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused("compressed")
    if not re.fullmatch(r"[0-9]{1,15}", length):
        raise Refused("no_length")
    if int(length) > settings.DELIVERY_MOST_BYTES:
        raise Refused("too_large", most=settings.DELIVERY_MOST_BYTES // 1_000_000)
    return int(length)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    """The body as far as it came."""
    try:
        while chunk := request.read(CHUNK):
            yield chunk
    except UnreadablePostError:  # the connection broke; the length tells how much is missing
        return


def _drain(request: HttpRequest) -> None:
    """Reads a body that nobody wants: most clients send all of it before they read an answer, and would only see a
    broken connection."""
    terminated = request.META.get("wsgi.input_terminated")  # then it ends by itself, also without a Content-Length
    source = request.META["wsgi.input"] if terminated else request
    left, until = DRAINED * settings.DELIVERY_MOST_BYTES, monotonic() + DRAINED_FOR
    try:
        while left > 0 and monotonic() < until and (chunk := source.read(CHUNK)):
            left -= len(chunk)
    except OSError:  # the client has gone
        return


def _answer(delivery: Delivery, *, repeated: bool = False, status: int = 0) -> HttpResponseBase:
    if not status and delivery.state == State.REFUSED:
        status = REASONS[delivery.reason].status
    body = b"".join(as_json(delivery, repeated=repeated)) if delivery.state == State.REFUSED else None
    content = _in_language(as_json(delivery, repeated=repeated)) if body is None else iter((body,))
    return StreamingHttpResponse(content, content_type="application/json", status=status or (200 if repeated else 201))


def _in_language(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces in the language that is active now; they are asked for after the view has ended."""
    language = translation.get_language()

    def told() -> Iterator[bytes]:
        while True:
            with translation.override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return told()


def _no(code: str, wait: int = 0) -> HttpResponse:
    status, text = ADVICE[code]
    response = JsonResponse({"state": State.REFUSED.value, "reason": {"code": code, "text": str(text)}}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if wait:
        response["Retry-After"] = str(wait)
    return response
