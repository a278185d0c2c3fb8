"""What is wrong with a provider of OpenID Connect."""

import pytest

from indberet.access.readiness.check import check
from tests.access.oidc.broker import Broker
from tests.access.readiness.given import wrong

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(settings):
    running = Broker()
    settings.LOGIN, settings.OIDC_ISSUER = "oidc", running.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "indberet", "fictitious"
    yield running
    running.stop()


def test_openid_connect(broker):
    assert wrong() == wrong(online=True) == {"issuer": "error"}
    assert {found.name for found in check(online=True)} > {"discovery", "discovery-keys"}


def test_openid_connect_without_secret(broker, settings):
    settings.OIDC_CLIENT_SECRET = ""

    assert wrong()["settings"] == "error"


def test_a_discovery_that_fails(broker):
    broker.status["/.well-known/openid-configuration"] = 404
    assert wrong(online=True)["discovery"] == "error"

    broker.status.clear()
    broker.hidden = broker.keys
    assert wrong(online=True)["discovery-keys"] == "error"
