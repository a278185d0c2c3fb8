"""Log-in state in the session: the only place that reads and writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import rotate_token
from django.utils import timezone

from indberet.audit.log import write_event

from . import logins
from .identity import Identity
from .logins import How, Standing
from .scope import Scope

IDENTITY, LOGIN, MUNICIPALITY, TYPED = "identity", "login", "municipality", "typed"
ENDED, LEFT = "ended", "left"
AUTHOR = "author"
PENDING_FOR = 24 * 60 * 60
MOST_PENDING = 10
"""Forms that one browser has open with something typed, when its log-in ends."""


class PersonRequest(HttpRequest):
    """A request behind @needs_login: logged in, perhaps without a municipality."""

    identity: Identity
    scope: Scope | None
    login: Standing


class ScopedRequest(HttpRequest):
    """A request behind @needs: logged in, for one municipality."""

    identity: Identity
    scope: Scope
    login: Standing


@dataclass(frozen=True, kw_only=True)
class Found:
    """Who is logged in, by which log-in; or how the log-in ended that this request came with."""

    identity: Identity | None = None
    login: Standing | None = None
    ended: How | None = None


def find_login(request: HttpRequest, *, active: bool) -> Found:
    """Who is logged in; nobody by the test log-in where there is none. A log-in that has ended is dropped from the
    session; what was typed stays for the next one. `active` tells that a person caused this request, not a script.
    """
    stored = request.session.get(IDENTITY)
    if not stored:
        return Found()
    identity = Identity.from_session(stored)
    if identity.source == "test" and not settings.TEST_LOGIN:
        _drop(request, "logout")
        return Found(ended="logout")
    found = logins.check(request.session.get(LOGIN, 0), identity, active=active)
    if isinstance(found, Standing):
        return Found(identity=identity, login=found)
    _drop(request, found)
    return Found(ended=found)


def current_scope(request: HttpRequest, identity: Identity) -> Scope | None:
    """The scope for the municipality that was chosen or is the only one; None when a choice is still to be made."""
    chosen = request.session.get(MUNICIPALITY)
    return Scope(identity=identity, municipality=chosen) if chosen in identity.municipalities else None


def log_in(request: HttpRequest, identity: Identity, told: Mapping[str, Any] | None = None) -> None:
    """Starts the person's session under a new key. What was typed waits for whoever typed it, and how the same person
    looked at the lists is kept; all else is dropped, and the log-in that this browser had has ended. Forms that were
    opened by another person, or for another municipality, can no longer be sent. The event also holds what is `told`.
    """
    left, pending = _left(request.session), _pending(request.session)
    logins.end(request.session.get(LOGIN, 0), "logout")
    request.session.flush()
    if left["subject"] == identity.subject:
        request.session.update(left["rest"])
    if pending:
        request.session[TYPED] = pending
    mine = [kept["municipality"] for kept in pending if kept["subject"] == identity.subject]
    if mine and mine[-1] in identity.municipalities:
        request.session[MUNICIPALITY] = mine[-1]
    start(request.session, identity)
    before = left["subject"], left["rest"].get(MUNICIPALITY)
    if before != (identity.subject, request.session.get(MUNICIPALITY)):
        rotate_token(request)
    detail = {"source": identity.source, "loa": identity.loa, **(told or {})}
    write_event(identity=identity, action="login", detail=detail)


def start(session: SessionBase, identity: Identity) -> None:
    """A log-in of now, for the municipality that was chosen before or is the only one."""
    session[IDENTITY], session[LOGIN] = identity.to_session(), logins.begin(identity).pk
    if len(identity.municipalities) == 1:
        (session[MUNICIPALITY],) = identity.municipalities
    elif session.get(MUNICIPALITY) not in identity.municipalities:
        session.pop(MUNICIPALITY, None)


def log_out(request: HttpRequest, how: How = "logout") -> None:
    """Ends the session; what is still to be answered is answered to nobody. What was typed before waits on."""
    stored, pending = request.session.get(IDENTITY), _pending(request.session)
    if stored:
        logins.end(request.session.get(LOGIN, 0), how)
        write_event(identity=Identity.from_session(stored), action="logout", detail={"how": how})
    request.session.flush()
    _wait(request.session, pending)
    request.identity = request.login = request.scope = None  # type: ignore[attr-defined]


def choose_municipality(request: HttpRequest, identity: Identity, code: str) -> None:
    """Acts for `code` from now on; forms that are open for another municipality can no longer be sent. Raises
    LookupError when the identity has no privilege there.
    """
    if code not in identity.municipalities:
        raise LookupError(code)
    if request.session.get(MUNICIPALITY) != code:
        request.session[MUNICIPALITY] = code
        rotate_token(request)
    write_event(identity=identity, action="choose_municipality", municipality=code)


def author_of(scope: Scope, page: str = "") -> str:
    """A signed word in a form, telling who opened it for which municipality, and on which page where that is not the
    form's own address.
    """
    person = {"subject": scope.identity.subject, "municipality": scope.municipality}
    return signing.dumps({**person, "page": page} if page else person, salt=AUTHOR)


def keep_typed(request: HttpRequest) -> str:
    """Keeps what was posted with a genuine author in the session, until that person is logged in again at the page of
    the form; the page, or '' when nothing was kept.
    """
    author = _author(request)
    if not author:
        return ""
    path: str = author.pop("page", "") or request.path
    kept = {**author, "path": path, "token": request.POST.get("token", "")}
    others = [pending for pending in _pending(request.session) if not _is(pending, kept)]
    told = {**kept, "typed": request.POST.urlencode(), "at": timezone.now().timestamp()}
    request.session[TYPED] = [*others, told][-MOST_PENDING:]
    if IDENTITY not in request.session:
        request.session.set_expiry(PENDING_FOR)
    return path


def opened_for(request: HttpRequest) -> str:
    """The municipality that the person who is logged in opened a posted form for; '' for a form of somebody else."""
    author, identity = _author(request), request.identity  # type: ignore[attr-defined]
    return author["municipality"] if identity and author.get("subject") == identity.subject else ""


def take_typed(request: HttpRequest, scope: Scope) -> QueryDict | None:
    """What this person had typed on this page when the session ended, the latest first; handed out once."""
    wanted = {"subject": scope.identity.subject, "municipality": scope.municipality, "path": request.path}
    pending = _pending(request.session)
    mine = [kept for kept in pending if _is(kept, wanted)]
    if not mine:
        return None
    request.session[TYPED] = [kept for kept in pending if kept is not mine[-1]]
    return QueryDict(mine[-1]["typed"])


def has_typed(request: HttpRequest) -> bool:
    """Whether something waits for whoever typed it."""
    return bool(_pending(request.session))


def ended_before(request: HttpRequest) -> How | None:
    """How the last log-in of this browser ended, when not by the person."""
    return request.session.get(ENDED)


def _drop(request: HttpRequest, how: How) -> None:
    pending, left = _pending(request.session), _left(request.session)
    request.session.flush()
    request.session[ENDED], request.session[LEFT] = how, left
    _wait(request.session, pending)
    request.session.set_expiry(PENDING_FOR)


def _wait(session: SessionBase, pending: list[dict[str, Any]]) -> None:
    """In a session of nobody, what was typed waits for whoever typed it."""
    if pending:
        session[TYPED] = pending
        session.set_expiry(PENDING_FOR)


def _left(session: SessionBase) -> dict[str, Any]:
    """What the last log-in of this browser had in its session besides, and whose it was."""
    stored, own = session.get(IDENTITY), (IDENTITY, LOGIN, TYPED, ENDED, LEFT)
    if not stored:
        return session.get(LEFT) or {"subject": "", "rest": {}}
    rest = {name: value for name, value in session.items() if name not in own and not name.startswith("_")}
    return {"subject": stored["subject"], "rest": rest}


def _author(request: HttpRequest) -> dict[str, Any]:
    """What `author_of` put into the posted form; {} when it is not genuine or older than a day."""
    try:
        told: dict[str, Any] = signing.loads(request.POST.get(AUTHOR, ""), salt=AUTHOR, max_age=PENDING_FOR)
    except signing.BadSignature:
        return {}
    return told


def _pending(session: SessionBase) -> list[dict[str, Any]]:
    """What was typed and is not too old."""
    oldest = timezone.now().timestamp() - PENDING_FOR
    return [kept for kept in session.get(TYPED, []) if kept["at"] > oldest]


def _is(kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(kept[name] == value for name, value in wanted.items())
