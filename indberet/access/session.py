"""Log-in state in the session: the only place that reads and writes it."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

from indberet.audit.log import write_event

from .identity import Identity
from .scope import Scope

IDENTITY, MUNICIPALITY, PENDING = "identity", "municipality", "pending"
AUTHOR = "author"
PENDING_FOR = 24 * 60 * 60


class PersonRequest(HttpRequest):
    """A request behind @needs_login: logged in, perhaps without a municipality."""

    identity: Identity
    scope: Scope | None


class ScopedRequest(HttpRequest):
    """A request behind @needs: logged in, for one municipality."""

    identity: Identity
    scope: Scope


def current_identity(request: HttpRequest) -> Identity | None:
    """Who is logged in, or None."""
    stored = request.session.get(IDENTITY)
    return Identity.from_session(stored) if stored else None


def current_scope(request: HttpRequest, identity: Identity) -> Scope | None:
    """The scope for the chosen municipality, the only one, or None when a choice is still to be made."""
    chosen = request.session.get(MUNICIPALITY)
    if chosen not in identity.municipalities:
        chosen = identity.municipalities[0] if len(identity.municipalities) == 1 else None
    return Scope(identity=identity, municipality=chosen) if chosen else None


def log_in(request: HttpRequest, identity: Identity) -> None:
    """Starts the person's session under a new key. What the same person typed before is kept, all else is dropped."""
    pending = request.session.get(PENDING)
    request.session.flush()
    request.session[IDENTITY] = identity.to_session()
    if pending and pending["subject"] == identity.subject:
        request.session[PENDING] = pending
        if pending["municipality"] in identity.municipalities:
            request.session[MUNICIPALITY] = pending["municipality"]
    write_event(identity=identity, action="login")


def log_out(request: HttpRequest) -> None:
    """Ends the session."""
    identity = current_identity(request)
    if identity:
        write_event(identity=identity, action="logout")
    request.session.flush()


def choose_municipality(request: HttpRequest, identity: Identity, code: str) -> None:
    """Acts for `code` from now on. Raises LookupError when the identity has no privilege there."""
    if code not in identity.municipalities:
        raise LookupError(code)
    request.session[MUNICIPALITY] = code
    write_event(identity=identity, action="choose_municipality", municipality=code)


def author_of(scope: Scope) -> str:
    """A signed word in a form, telling who opened it for which municipality."""
    return signing.dumps({"subject": scope.identity.subject, "municipality": scope.municipality}, salt=AUTHOR)


def keep_typed(request: HttpRequest) -> bool:
    """Keeps what was posted with a genuine author in the session, until that person is logged in again at the same
    page; whether it was kept.
    """
    try:
        author: dict[str, Any] = signing.loads(request.POST.get(AUTHOR, ""), salt=AUTHOR, max_age=PENDING_FOR)
    except signing.BadSignature:
        return False
    request.session[PENDING] = {**author, "path": request.path, "typed": request.POST.urlencode()}
    return True


def take_typed(request: HttpRequest, scope: Scope) -> QueryDict | None:
    """What this person had typed on this page when the session ended; handed out once."""
    pending = request.session.get(PENDING)
    wanted = {"subject": scope.identity.subject, "municipality": scope.municipality, "path": request.path}
    if not pending or any(pending[name] != value for name, value in wanted.items()):
        return None
    del request.session[PENDING]
    return QueryDict(pending["typed"])
