"""What ties an answer of an identity provider to the browser that asked: a random cookie and a row of the database.

The answer may come by a POST from another site, and then the browser leaves the session's cookie (SameSite=Lax) at
home. The cookie of the handshake (SameSite=None) says which browser it is, and nothing else; the identity waits in the
row until the same browser comes for it at `login_complete`, with its session and what the person had typed.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from .claims import Refused
from .identity import Identity
from .models import Handshake, UsedAssertion
from .paths import own_path
from .refusals import refuse
from .session import log_in

ANSWER_WITHIN = timedelta(minutes=15)
"""How long a person may take at the identity provider."""
TAKE_WITHIN = timedelta(minutes=2)
"""How long an answer waits for its browser, which is sent on at once."""
KEEP = timedelta(hours=1)
"""How long a handshake is remembered, to tell why a late or repeated answer is refused."""
MOST_AT_ONCE = 500
TAKEN: dict[str, Any] = {}
ASSERTION = "assertion"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = re.compile(r"[\x21-\x7e]{1,200}")
_ONWARD = re.compile(r"[^\x00-\x1f\x7f]{1,500}")


def begin(
    request: HttpRequest,
    response: HttpResponse,
    *,
    state: str,
    onward: str,
    kept: Mapping[str, Any] | None = None,
) -> None:
    """Remembers that this browser asked the identity provider, and gives it the cookie with `response`.

    `state` is what the answer will refer to, `onward` where the person wants to go afterwards (the start page unless it
    is an own path), and `kept` what must be known when the answer comes.
    """
    purge_stale()
    secret = _secret_of(request) or secrets.token_urlsafe(32)
    path = own_path(request, onward)
    Handshake.objects.create(
        browser=_fingerprint(secret),
        state=state,
        onward=path if _ONWARD.fullmatch(path) else reverse("start"),
        kept=dict(kept or {}),
    )
    response.set_cookie(
        settings.LOGIN_COOKIE_NAME,
        secret,
        max_age=ANSWER_WITHIN,
        secure=True,
        httponly=True,
        samesite="None",
    )


def find(request: HttpRequest, state: str) -> Handshake:
    """The handshake that an answer refers to. Raises Refused: `browser` when this browser did not ask for it, `replay`
    when it was answered before, `expired` when it comes too late.
    """
    handshake = Handshake.objects.filter(state=state).first() if _STATE.fullmatch(state) else None
    if handshake is None:
        raise Refused("browser", code="nobody-asked")
    if handshake.identity is not None:
        raise Refused("replay", code="answered-before")
    if handshake.at < timezone.now() - ANSWER_WITHIN:
        raise Refused("expired", code="handshake")
    if not secrets.compare_digest(handshake.browser, _fingerprint(_secret_of(request))):
        raise Refused("browser", code="other-browser")
    return handshake


def answered(handshake: Handshake, identity: Identity, *, assertion: str = "") -> None:
    """Keeps the verified answer until its browser takes it. `assertion` is its id, for the trail. Raises Refused
    (`replay`) when another one was faster."""
    waiting = Handshake.objects.filter(pk=handshake.pk, identity__isnull=True)
    kept = {ASSERTION: assertion} if assertion else {}
    if not waiting.update(identity=identity.to_session(), at=timezone.now(), kept=kept):
        raise Refused("replay", code="answered-before")


@require_GET
def login_complete(request: HttpRequest) -> HttpResponse:
    """Logs in whom the identity provider said this browser is, and goes on to where the person was going."""
    with transaction.atomic():
        taken = _take(_fingerprint(_secret_of(request)))
        if taken:
            identity, onward, told = taken
            log_in(request, identity, told)
            return see_other(onward)
    if request.identity is not None:  # type: ignore[attr-defined]
        return see_other(reverse("start"))
    return refuse(request, Refused("expired", code="no-answer-waits"))


def see_other(address: str) -> HttpResponse:
    """Goes on to an address by GET, whatever the method was."""
    return HttpResponse(status=303, headers={"Location": address})


def purge_stale(most: int = MOST_AT_ONCE) -> None:
    """Removes at most so many old handshakes, and so many used assertions that have expired."""
    now = timezone.now()
    _remove(Handshake.objects.filter(at__lt=now - KEEP), most)
    _remove(UsedAssertion.objects.filter(until__lt=now), most)


def use_once(fingerprint: str, until: datetime) -> None:
    """Marks an assertion as used, to be remembered until it has expired. Raises Refused (`replay`) when it was used."""
    _row, new = UsedAssertion.objects.get_or_create(fingerprint=fingerprint, defaults={"until": until})
    if not new:
        raise Refused("replay", code="assertion-used-before")


def _take(browser: str) -> tuple[Identity, str, dict[str, Any]] | None:
    """The newest answer that waits for the browser, where to go, and what the trail is told besides; handed out once,
    to one of those who ask."""
    answers = Handshake.objects.filter(
        browser=browser, identity__isnull=False, at__gte=timezone.now() - TAKE_WITHIN
    ).exclude(identity=TAKEN)
    found = answers.order_by("-at", "-pk").first()
    if found is None or not answers.filter(pk=found.pk).update(identity=TAKEN, kept={}):
        return None
    assert found.identity is not None
    return Identity.from_session(found.identity), found.onward, found.kept


def _remove(rows: QuerySet[Any], most: int) -> None:
    rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)[:most])).delete()


def _secret_of(request: HttpRequest) -> str:
    """The cookie's value, or '' without one of ours."""
    value = request.COOKIES.get(settings.LOGIN_COOKIE_NAME, "")
    return value if _SECRET.fullmatch(value) else ""


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest() if secret else "-"
