"""The views of log-in with MitID Erhverv: the page, the request, the answer, single log-out and our metadata."""

import secrets

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from indberet.access.claims import Refused, identify
from indberet.access.handshake import answered, begin, find, see_other, use_once
from indberet.access.logins import end_logins
from indberet.access.paths import asks_anew, log_in_query
from indberet.access.refusals import refuse

from . import professional
from .authn_request import log_in_address
from .config import NotConnected, ServiceProvider, service_provider
from .logout import LogoutRequest, answer_address, read_request, read_response
from .messages import BadMessage
from .metadata import metadata
from .validate import demand_success, read, verified

log = structlog.get_logger(__name__)


@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """The page with the button that leads to MitID Erhverv and afterwards to `next`."""
    return render(request, "access/login.html", {"login_url": f"{reverse('saml_login')}?{log_in_query(request)}"})


@require_GET
def saml_login(request: HttpRequest) -> HttpResponse:
    """Sends the browser to the identity provider with a signed AuthnRequest; after a refusal it has to ask anew."""
    id = f"_{secrets.token_hex(20)}"
    try:
        response = see_other(log_in_address(_provider(), id, anew=asks_anew(request)))
    except Refused as refused:
        return refuse(request, refused)
    begin(request, response, state=id, onward=request.GET.get("next", ""))
    return response


@csrf_exempt
@require_POST
def saml_acs(request: HttpRequest) -> HttpResponse:
    """Takes the identity provider's answer, posted from another site: the handshake stands in for a CSRF token."""
    try:
        _take(request)
    except Refused as refused:
        return refuse(request, refused)
    return see_other(reverse("login_complete"))


def _take(request: HttpRequest) -> None:
    """Leaves the identity of a trustworthy answer with the handshake of the browser that asked. Raises Refused."""
    provider = _provider()
    answer = read(provider, request.POST.get("SAMLResponse", ""))
    handshake = find(request, answer.in_response_to)
    demand_success(answer)
    found = verified(provider, answer)
    log.info("saml_answer_verified", in_response_to=answer.in_response_to, assertion=found.assertion.id[:100])
    use_once(found.fingerprint, found.until)
    claims = professional.claims(provider.idp, found.assertion)
    identity = identify(claims, prefix=settings.PRIVILEGE_PREFIX, office=settings.OFFICE_CVR)
    answered(handshake, identity, assertion=found.assertion.id[:100])


@require_GET
def saml_slo(request: HttpRequest) -> HttpResponse:
    """Single log-out: the identity provider's request to end a log-in, or its answer to ours (HTTP-Redirect)."""
    query = request.META.get("QUERY_STRING", "")
    try:
        provider = service_provider()
        if "SAMLResponse" in request.GET:
            whole = read_response(provider, query)
            return see_other(f"{reverse('logged_out')}{'' if whole else '?partly=yes'}")
        asked = read_request(provider, query)
    except (BadMessage, NotConnected) as bad:
        log.warning("slo_refused", code=getattr(bad, "code", "not-connected"))
        return _not_believed(request)
    _end(asked)
    return see_other(answer_address(provider, asked) if provider.sign_out_answers else reverse("logged_out"))


def _not_believed(request: HttpRequest) -> HttpResponse:
    """The page of a message that nobody signed. Whoever pressed Log ud is logged out here, whatever it said."""
    if "SAMLResponse" in request.GET and request.identity is None:  # type: ignore[attr-defined]
        return render(request, "access/logged_out.html", {"partly": True}, status=403)
    return render(request, "access/slo_refused.html", status=403)


def _end(asked: LogoutRequest) -> None:
    """Ends the log-ins that the request is about, in this browser and others; what was typed in them is kept."""
    for index in asked.session_indexes or ("",):
        end_logins("slo", name_id=asked.name_id, session_index=index)


@require_safe
def logged_out(request: HttpRequest) -> HttpResponse:
    """What one sees after single log-out. `partly`: some other service did not confirm."""
    return render(request, "access/logged_out.html", {"partly": request.GET.get("partly") == "yes"})


@require_safe
def saml_metadata(request: HttpRequest) -> HttpResponse:
    """Our metadata; 503 while the keys are missing."""
    try:
        xml = metadata(service_provider())
    except NotConnected:
        return HttpResponse("not connected", content_type="text/plain", status=503)
    return HttpResponse(xml, content_type="application/samlmetadata+xml")


def _provider() -> ServiceProvider:
    try:
        return service_provider()
    except NotConnected as missing:
        raise Refused("provider", code="not-connected") from missing
