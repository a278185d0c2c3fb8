"""The two steps of a log-in by OpenID Connect: asking the provider, and taking its answer."""

from secrets import token_urlsafe

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from indberet.access import handshake
from indberet.access.claims import Claims, Refused, identify
from indberet.access.handshake import see_other
from indberet.access.models import Handshake
from indberet.access.paths import asks_anew, log_in_query
from indberet.access.refusals import refuse

from .provider import exchange, provider, userinfo, where_to_log_in
from .token import PERSON, UnknownKey, claims_of, verified


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """The log-in page."""
    return render(request, "access/login.html", {"login_url": f"{reverse('oidc_login')}?{log_in_query(request)}"})


@require_GET
def oidc_login(request: HttpRequest) -> HttpResponse:
    """Asks the provider who this is."""
    state, nonce, verifier = token_urlsafe(32), token_urlsafe(32), token_urlsafe(48)
    try:
        address = where_to_log_in(provider(), state=state, nonce=nonce, verifier=verifier, anew=asks_anew(request))
    except Refused as refused:
        return refuse(request, refused)
    response = redirect(address)
    kept = {"nonce": nonce, "verifier": verifier}
    handshake.begin(request, response, state=state, onward=request.GET.get("next", ""), kept=kept)
    return response


@require_GET
def oidc_callback(request: HttpRequest) -> HttpResponse:
    """Takes the provider's answer and goes on to `login_complete`, or to the page that says why not."""
    try:
        asked = handshake.find(request, request.GET.get("state", ""))
        code = _code(request)
        claims = _answer(asked, code)
        identity = identify(claims, prefix=settings.PRIVILEGE_PREFIX, office=settings.OFFICE_CVR)
        handshake.answered(asked, identity)
    except Refused as refused:
        return refuse(request, refused)
    return see_other(reverse("login_complete"))


def _code(request: HttpRequest) -> str:
    """The code in the provider's answer. Raises Refused: `cancelled`, `provider`, or `answer` for another issuer's
    (RFC 9207) or none.
    """
    error = request.GET.get("error", "")
    if error:
        raise Refused("cancelled" if error == "access_denied" else "provider", code=error[:60])
    if request.GET.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise Refused("answer", code="issuer")
    code = request.GET.get("code", "")
    if not code:
        raise Refused("answer", code="no-code")
    return code


def _answer(asked: Handshake, code: str) -> Claims:
    found = provider()
    tokens = exchange(found, code=code, verifier=asked.kept["verifier"])
    access_token = str(tokens.get("access_token", ""))
    token, nonce = str(tokens.get("id_token", "")), asked.kept["nonce"]
    try:
        told = verified(token, found, client=settings.OIDC_CLIENT_ID, nonce=nonce, access_token=access_token)
    except UnknownKey:  # the provider has changed its keys: they are asked for again, once
        try:
            found = provider(anew=True)
            told = verified(token, found, client=settings.OIDC_CLIENT_ID, nonce=nonce, access_token=access_token)
        except UnknownKey as unknown:
            raise Refused("answer", code="id-token-key") from unknown
    if PERSON not in told:
        more = userinfo(found, access_token)
        if more.get("sub") != told["sub"]:
            raise Refused("answer", code="userinfo-of-another-person")
        told = {**more, **told}
    return claims_of(told)
