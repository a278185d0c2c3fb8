"""Start-up checks of log-in: what `indberet check-login` says of settings and files, told before anybody tries.

Only `serve` and `check --deploy`, which is what `indberet check` is in production, run them. All other commands work
without anybody being able to log in; `check-login` has to, and tells more.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOG_IN = "log_in"


@register(LOG_IN, deploy=True)
def check_log_in(**kwargs: Any) -> list[CheckMessage]:
    """An error for each point without which nobody logs in; nothing where nobody is to."""
    if settings.LOGIN == "none":
        return []
    from .readiness.check import at_start

    return [Error(f"{point.name}: {point.said}.", hint=point.do, id="indberet.E030") for point in at_start()]
