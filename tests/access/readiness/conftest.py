"""A portal that is ready for NemLog-in; each test breaks something."""

import pytest
from django.urls import clear_url_caches

from indberet.access.readiness import keys as keys_module
from indberet.access.readiness import point
from tests.access.certificates import fill


@pytest.fixture
def folder(tmp_path):
    fill(tmp_path / "saml")
    return tmp_path / "saml"


@pytest.fixture(autouse=True)
def ready(settings, folder):
    """A portal in production, ready for NemLog-in."""
    settings.LOGIN, settings.SAML_DIR = "saml", folder
    settings.PUBLIC_URL, settings.SAML_ENTITY_ID = "https://indberet.example", "https://saml.indberet.example"
    settings.ALLOWED_HOSTS = ["indberet.example"]
    settings.DEMO = settings.TEST_LOGIN = False
    for cookie in ("SESSION", "CSRF"):
        setattr(settings, f"{cookie}_COOKIE_NAME", f"__Host-{cookie.lower()}")
        setattr(settings, f"{cookie}_COOKIE_SECURE", True)
    settings.LOGIN_COOKIE_NAME = "__Host-login"
    settings.ROOT_URLCONF = "tests.every_address"
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.fixture(autouse=True)
def trial(request, monkeypatch):
    """xmlsec1 is tried where a test asks for `real_trial`; elsewhere it is taken to work, which saves half a minute."""
    if "real_trial" not in request.fixturenames:
        monkeypatch.setattr(keys_module, "_trial", lambda name, _key, _certificate: point.ok(name, "taken to work"))


@pytest.fixture
def real_trial():
    """xmlsec1 is tried."""
