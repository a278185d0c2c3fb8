"""The request that sends a person to the identity provider."""

from .config import ServiceProvider
from .names import POST, REDIRECT, RSA_SHA256


def log_in_address(provider: ServiceProvider, id: str, *, anew: bool = False) -> str:
    """The identity provider's address with our signed AuthnRequest, whose id is `id` (an NCName).

    It asks for NSIS level Substantial or higher and an employee's log-in (OIOSAML [OIO-SP-07]), and has no
    NameIDPolicy, as the state's reference implementations have none. `anew` makes the identity provider ask who it is
    though it knows from another log-in (ForceAuthn); without, whoever was refused would be again, at once.
    """
    _id, message = provider.client.create_authn_request(
        provider.sign_in, binding=POST, message_id=id, sign=False, name_id_policy=None, force_authn=anew
    )
    made = provider.client.apply_binding(REDIRECT, str(message), provider.sign_in, sign=True, sigalg=RSA_SHA256)
    return str(dict(made["headers"])["Location"])
