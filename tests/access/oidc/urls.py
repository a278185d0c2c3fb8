"""The portal's addresses where persons log in by OpenID Connect."""

from indberet.urls import handler400, handler404, log_in_addresses, urlpatterns

__all__ = ["handler400", "handler404", "urlpatterns"]
urlpatterns = [
    *log_in_addresses("oidc"),
    *(found for found in urlpatterns if getattr(found, "name", "") != "login"),
]
