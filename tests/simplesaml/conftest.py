"""The portal between a browser and SimpleSAMLphp, each with the other's metadata."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from .browse import Browser
from .server import SimpleSaml, make_key

PORTAL = "https://indberet.example"


@pytest.fixture(scope="session")
def identity_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleSaml]:
    """SimpleSAMLphp, running."""
    running = SimpleSaml(tmp_path_factory.mktemp("simplesaml"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two key pairs of ours, `current` and `next`, that are used for the whole run."""
    folder = tmp_path_factory.mktemp("pairs")
    for name in ("current", "next"):
        make_key(folder, name, "Fiktivt systemcertifikat")
    return folder


@pytest.fixture
def connected(identity_provider: SimpleSaml, pair: Path, tmp_path: Path, settings: Any) -> SimpleSaml:
    """The portal and the identity provider know each other, by the current key."""
    (tmp_path / "idp.xml").write_bytes(identity_provider.metadata)
    install(pair, tmp_path, "current")
    settings.LOGIN, settings.SAML_DIR = "saml", tmp_path
    settings.PUBLIC_URL, settings.SAML_ENTITY_ID = PORTAL, "https://saml.indberet.example"
    settings.ALLOWED_HOSTS = ["testserver", "indberet.example"]
    settings.ROOT_URLCONF = "tests.every_address"
    identity_provider.trust(Client().get("/saml/metadata/").content)
    return identity_provider


def install(pairs: Path, folder: Path, name: str, of: str = "") -> None:
    """Puts a pair into SAML_DIR under the same name, or that of another (`of`)."""
    for end in ("key", "crt"):
        file = folder / f"{name}.{end}"
        file.unlink(missing_ok=True)
        file.write_bytes((pairs / f"{of or name}.{end}").read_bytes())
        file.chmod(0o400)


@pytest.fixture
def browser(connected: SimpleSaml) -> Browser:
    """Somebody's browser."""
    return Browser(Client(), connected.url, PORTAL)
