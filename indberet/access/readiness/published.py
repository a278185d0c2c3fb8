"""Our own metadata, as it stands at /saml/metadata/: that it parses and says what we are."""

from base64 import b64decode
from collections.abc import Iterator

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from lxml import etree

from indberet.access.saml.names import POST, REDIRECT

from .certificates import NAMES
from .point import Point, error, ok


def published_points() -> Iterator[Point]:
    """Points on the service provider as the portal itself loads it, and on what it publishes of itself."""
    from indberet.access.saml.config import NotConnected, load
    from indberet.access.saml.metadata import metadata

    try:
        provider = load(settings.SAML_DIR)
        root = etree.fromstring(metadata(provider).encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except NotConnected as wrong:
        yield error("metadata", str(wrong), "Put right what the lines above say first.")
        return
    except etree.XMLSyntaxError as wrong:
        yield error("metadata", f"what we publish is no XML: {wrong.msg}", "Report it as an error of Indberet.")
        return
    wrong_parts = [name for name, found, expected in _parts(root, provider) if found != expected]
    if wrong_parts:
        said = f"what we publish differs from what is in force: {', '.join(wrong_parts)}"
        yield error("metadata", said, "Report it as an error of Indberet.")
    else:
        said = f"we are {provider.entity_id}; answers come to {provider.acs}"
        yield ok("metadata", f"{said}; certificates published: {len(provider.certificates)}")


def _parts(root: etree._Element, provider: object) -> Iterator[tuple[str, object, object]]:
    """What the metadata says by name, as found and as expected."""
    from indberet.access.saml.config import ServiceProvider

    assert isinstance(provider, ServiceProvider)
    own = [each.public_bytes(Encoding.DER) for each in provider.certificates]
    texts = root.findall(".//md:KeyDescriptor//ds:X509Certificate", NAMES)
    yield "entity id", root.get("entityID"), settings.SAML_ENTITY_ID
    yield "certificates", {b64decode(text.text or "") for text in texts}, set(own)
    yield "log-in", _services(root, "AssertionConsumerService"), [(POST, provider.acs)]
    yield "log-out", _services(root, "SingleLogoutService"), [(REDIRECT, provider.slo)]


def _services(root: etree._Element, tag: str) -> list[tuple[str | None, str | None]]:
    return [(each.get("Binding"), each.get("Location")) for each in root.iterfind(f".//md:{tag}", NAMES)]
