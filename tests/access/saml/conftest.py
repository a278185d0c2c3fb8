"""The portal connected to the identity provider of the tests."""

import pytest
from django.test import Client

from .idp import SITE, SP, metadata
from .pki import pair, write_pair


@pytest.fixture(scope="session")
def good_files(tmp_path_factory):
    """A SAML_DIR as it should be. Its key was made by the tests."""
    folder = tmp_path_factory.mktemp("saml")
    write_pair(folder, "current", pair("current"))
    (folder / "idp.xml").write_text(metadata(), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def connected(good_files, settings):
    """LOGIN=saml, with the files of the whole run, so that they are read once."""
    settings.ROOT_URLCONF = "tests.every_address"
    settings.LOGIN, settings.PUBLIC_URL, settings.SAML_ENTITY_ID = "saml", SITE, SP
    settings.SAML_DIR = good_files


@pytest.fixture
def own_files(tmp_path, settings):
    """A SAML_DIR of this test's own, to be changed."""
    write_pair(tmp_path, "current", pair("current"))
    (tmp_path / "idp.xml").write_text(metadata(), encoding="utf-8")
    settings.SAML_DIR = tmp_path
    return tmp_path


@pytest.fixture
def browser():
    return Client()
