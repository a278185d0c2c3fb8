"""Our metadata, for NemLog-in's administration: from a template, as pysaml2 would promise MD5 and SHA-1 in it."""

from base64 import b64encode

from cryptography.hazmat.primitives.serialization import Encoding
from django.template.loader import render_to_string

from .config import ServiceProvider
from .names import PERSISTENT, POST, REDIRECT, XENC, XENC11
from .professional import REQUESTED, REQUIRED

CIPHERS = (f"{XENC}aes256-cbc", f"{XENC11}aes256-gcm", f"{XENC}rsa-oaep-mgf1p")
"""What we ask to be encrypted with: all that Debian's xmlsec1 can read and NemLog-in is known to write."""


def metadata(provider: ServiceProvider) -> str:
    """The XML that tells the identity provider who we are. During a change of keys it holds both certificates."""
    context = {
        "provider": provider,
        "certificates": [b64encode(each.public_bytes(Encoding.DER)).decode() for each in provider.certificates],
        "ciphers": CIPHERS,
        "post": POST,
        "redirect": REDIRECT,
        "name_id": PERSISTENT,
        "attributes": [{"uri": uri, "required": uri in REQUIRED} for uri in REQUESTED],
    }
    return render_to_string("access/saml_metadata.xml", context)
