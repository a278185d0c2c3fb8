"""Every address there is, whichever log-in is in use: the URLconf of tests that look at all of them."""

from indberet.urls import handler400, handler404, log_in_addresses
from indberet.urls import urlpatterns as of_settings

__all__ = ["handler400", "handler404", "urlpatterns"]
urlpatterns = [*log_in_addresses("saml"), *log_in_addresses("oidc"), *of_settings]
