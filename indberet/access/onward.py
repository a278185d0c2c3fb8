"""Where log-out goes on to. Loads what belongs to a way of logging in only where that way is in use."""

from django.conf import settings

from .identity import Identity


def onward_after_logout(identity: Identity | None) -> str | None:
    """The address of the identity provider at which a person who has just logged out here logs out too, or None."""
    if settings.LOGIN != "saml" or identity is None or identity.source != "saml":
        return None
    from .saml.logout import request_address

    return request_address(identity)
