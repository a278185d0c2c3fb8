"""What a page's script must know of the log-in: whose it is and how long it lasts."""

from django.utils import timezone
from django.utils.crypto import salted_hmac

from indberet.access.identity import Identity
from indberet.access.logins import Standing


def state_of(identity: Identity, login: Standing) -> dict[str, str | int]:
    """`person` tells persons apart and nothing more; `idle` and `left` are whole seconds until the log-in ends."""
    now = timezone.now()
    mark = salted_hmac("indberet.session.person", identity.subject).hexdigest()[:16]
    return {"person": mark, "idle": login.idle_left(now), "left": login.left(now)}
