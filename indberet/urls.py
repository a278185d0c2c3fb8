"""All addresses. Those of a log-in exist only where it is the one in use."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, register_converter

from indberet.access.converters import StatisticConverter
from indberet.access.handshake import login_complete
from indberet.access.refusals import login_refused
from indberet.pages.views import login_needed
from indberet.register.listing import ListingConverter

register_converter(StatisticConverter, "statistic")
register_converter(ListingConverter, "listing")


def log_in_addresses(how: str) -> list[URLPattern | URLResolver]:
    """Where persons log in: `how` is the setting LOGIN; without one, the test log-in where it is allowed."""
    if how == "saml":
        return [path("", include("indberet.access.saml.urls"))]
    if how == "oidc":
        return [path("", include("indberet.access.oidc.urls"))]
    if settings.TEST_LOGIN:
        from indberet.access.test_login.views import login

        return [path("login/", login, name="login")]
    return [path("login/", login_needed, name="login")]


urlpatterns: list[URLPattern | URLResolver] = [
    *log_in_addresses(settings.LOGIN),
    path("login/complete/", login_complete, name="login_complete"),
    path("login/refused/<slug:reason>/", login_refused, name="login_refused"),
    path("", include("indberet.pages.urls")),
    path("", include("indberet.catalogue.urls")),
    path("", include("indberet.nightly.urls")),
    path("", include("indberet.trail.urls")),
    path("", include("indberet.office.urls")),
    path("", include("indberet.approval.urls")),
    path("", include("indberet.export.urls")),
    path("", include("indberet.report.urls")),
    path("", include("indberet.intake.urls")),
    path("", include("indberet.register.urls")),
]

handler400 = "indberet.pages.errors.bad_request"
handler404 = "indberet.pages.errors.not_found"
