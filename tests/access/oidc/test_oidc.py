"""Log-in by OpenID Connect: who gets in, and what is refused for which reason."""

import base64
import hmac
import json
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import clear_url_caches
from joserfc.jwk import RSAKey

from indberet.access.models import Handshake
from indberet.access.oidc import provider as provider_module
from indberet.access.session import IDENTITY, TYPED
from indberet.audit.models import Event

from .broker import CLIENT, SECRET, SUBJECT, Broker

pytestmark = pytest.mark.django_db
ODENSE = "35209115"
PERSON = "6c78aad8-a266-5143-b416-4318883f0360"
PROFESSIONAL = {
    "identity_type": "professional",
    "idp": "mitid_erhverv",
    "loa": "https://data.gov.dk/concept/core/nsis/Substantial",
    "nemlogin.cvr": ODENSE,
    "nemlogin.org_name": "Odense Kommune",
    "nemlogin.name": "Anna Andersen",
    "nemlogin.email": "anna@odense.example",
    "nemlogin.persistent_professional_id": PERSON,
}


def rights(*uris, cvr=ODENSE):
    inside = "".join(f"<Privilege>{uri}</Privilege>" for uri in uris)
    group = f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">{inside}</PrivilegeGroup>'
    profile = "http://digst.dk/oiosaml/basic_privilege_profile"
    return base64.b64encode(f'<b:PrivilegeList xmlns:b="{profile}">{group}</b:PrivilegeList>'.encode()).decode()


REPORTER = {**PROFESSIONAL, "privileges": rights("urn:dk:dst:indberet:adults:indberet")}


@pytest.fixture
def broker(settings, monkeypatch):
    running = Broker()
    running.claims = dict(REPORTER)
    settings.LOGIN, settings.PUBLIC_URL = "oidc", "https://indberet.example"
    settings.ALLOWED_HOSTS = ["*"]
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.issuer, CLIENT, SECRET
    settings.ROOT_URLCONF = "tests.access.oidc.urls"
    monkeypatch.setattr(provider_module, "_remembered", {})
    clear_url_caches()
    yield running
    running.stop()
    clear_url_caches()


def ask(client, onward="/"):
    """The address to which the portal sends the browser."""
    return client.get("/login/oidc/", {"next": onward})["Location"]


def log_in(client, broker, onward="/"):
    """The answer of the portal when the person has logged in at the broker."""
    return client.get("/oidc/callback/", broker.log_in(ask(client, onward)))


def reason(response):
    """Why nobody was logged in."""
    assert response.status_code == 303
    path = urlsplit(response["Location"]).path
    assert path.startswith("/login/refused/"), path
    return path.split("/")[3]


def detail():
    return Event.objects.filter(action="login_refused").latest("pk").detail


def test_a_reporter_logs_in_and_comes_to_the_wanted_page(client, broker):
    response = log_in(client, broker, "/listings/")

    assert (response.status_code, response["Location"]) == (303, "/login/complete/")
    assert client.get("/login/complete/")["Location"] == "/listings/"
    identity = client.session[IDENTITY]
    assert identity["subject"] == f"{broker.issuer}#{PERSON}"
    assert (identity["name"], identity["organisation"], identity["cvr"]) == ("Anna Andersen", "Odense Kommune", ODENSE)
    assert (identity["loa"], identity["source"]) == ("Substantial", "oidc")
    [held] = identity["privileges"]
    assert (held["statistic"], held["verb"], held["municipality"]) == ("adults", "report", "461")


def test_the_log_in_page_leads_to_the_broker(client, broker):
    page = client.get("/login/", {"next": "/listings/"}).content.decode()

    assert 'href="/login/oidc/?next=%2Flistings%2F"' in page


def test_after_a_refusal_the_broker_has_to_ask_anew(client, broker):
    assert "/login/oidc/?next=%2F&amp;anew=yes" in client.get("/login/?anew=yes").content.decode()
    assert "prompt=login" in client.get("/login/oidc/", {"anew": "yes"})["Location"]
    assert "prompt" not in client.get("/login/oidc/")["Location"]


def test_the_request_has_pkce_state_and_nonce_and_comes_back_to_us(client, broker):
    asked = dict(parse_qsl(urlsplit(ask(client)).query))

    assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
    assert asked["redirect_uri"] == "https://indberet.example/oidc/callback/"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert asked["scope"].split() == ["openid", "nemlogin"]
    again = dict(parse_qsl(urlsplit(ask(client)).query))
    assert not {asked["state"], asked["nonce"]} & {again["state"], again["nonce"]}


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_the_allowed_rsa_signatures(client, broker, algorithm):
    broker.sign = lambda claims: broker.signed(claims, algorithm=algorithm)

    assert log_in(client, broker)["Location"] == "/login/complete/"


def test_the_allowed_elliptic_signature(client, broker):
    broker.sign = lambda claims: broker.signed(claims, algorithm="ES256", by=broker.keys[1])

    assert log_in(client, broker)["Location"] == "/login/complete/"


def test_claims_beside_the_token(client, broker):
    beside = {name: broker.claims.pop(name) for name in list(broker.claims) if name.startswith("nemlogin.")}
    broker.told = beside

    assert log_in(client, broker)["Location"] == "/login/complete/"
    broker.told = {**beside, "sub": "somebody-else"}
    assert reason(log_in(Client(), broker)) == "answer"
    assert detail()["code"] == "userinfo-of-another-person"


def test_the_brokers_keys_change(client, broker):
    log_in(client, broker)
    broker.keys[0] = RSAKey.generate_key(2048, {"kid": "three"})

    assert log_in(Client(), broker)["Location"] == "/login/complete/"


def unsigned(claims):
    return f"{joined({'alg': 'none'}, claims)}."


def joined(*parts):
    return ".".join(encoded(json.dumps(part).encode()) for part in parts)


def encoded(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def with_public_key_as_secret(broker):
    """What a library would take that believes the token's own word for the algorithm."""
    secret = broker.keys[0].as_pem(private=False)

    def sign(claims):
        signed = joined({"alg": "HS256", "kid": "one"}, claims)
        return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"

    return sign


def by_a_foreign_key(broker):
    other = RSAKey.generate_key(2048, {"kid": "one"})
    return lambda claims: broker.signed(claims, by=other)


def by_an_unpublished_key(broker):
    broker.hidden = broker.keys[:1]
    return broker.signed


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        (lambda _broker: unsigned, "id-token"),
        (with_public_key_as_secret, "id-token"),
        (by_a_foreign_key, "id-token-bad_signature"),
        (by_an_unpublished_key, "id-token-key"),
        (lambda _broker: lambda _claims: "", "id-token"),
        (lambda _broker: lambda _claims: "not.a.token", "id-token"),
        (lambda broker: lambda claims: broker.signed(claims, algorithm="RS512"), "id-token"),
    ],
    ids=["none", "hs256-with-public-key", "foreign", "unpublished", "empty", "garbage", "rs512"],
)
def test_a_token_that_is_not_signed_as_it_must_be(client, broker, sign, code):
    broker.sign = sign(broker)

    assert reason(log_in(client, broker)) == "answer"
    assert detail()["code"].startswith(code)
    assert IDENTITY not in client.session
    assert client.get("/login/complete/").status_code == 303
    assert IDENTITY not in client.session


NOW = int(time.time())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "another"}, "answer"),
        ({"nonce": None}, "answer"),
        ({"aud": "somebody-else"}, "answer"),
        ({"aud": [CLIENT, "somebody-else"]}, "answer"),
        ({"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"}, "answer"),
        ({"aud": None}, "answer"),
        ({"iss": "https://another.example"}, "answer"),
        ({"exp": NOW - 181, "iat": NOW - 900}, "expired"),
        ({"exp": None}, "answer"),
        ({"exp": "tomorrow"}, "answer"),
        ({"nbf": NOW + 900}, "answer"),
        ({"at_hash": "bm90LWl0LWF0LWFsbA"}, "answer"),
        ({"identity_type": "private"}, "private"),
        ({"identity_type": None}, "private"),
        ({"loa": "https://data.gov.dk/concept/core/nsis/Low"}, "level"),
        ({"loa": "https://data.gov.dk/concept/core/nsis/loa/Low"}, "level"),
        ({"loa": "Substantial"}, "level"),
        ({"loa": None}, "level"),
        ({"nemlogin.cvr": "3520911"}, "answer"),
        ({"nemlogin.cvr": [ODENSE, "55133018"]}, "answer"),
        ({"nemlogin.cvr": None}, "answer"),
        ({"nemlogin.persistent_professional_id": ""}, "answer"),
        ({"nemlogin.cvr": "90000016", "privileges": None}, "organisation"),
        ({"privileges": "not base64"}, "answer"),
        ({"privileges": ["a", "b"]}, "answer"),
    ],
)
def test_a_token_that_says_the_wrong_thing(client, broker, changed, why):
    broker.claims = {name: value for name, value in {**REPORTER, **changed}.items() if value is not None}
    if any(value is None and name in ("nonce", "aud", "exp") for name, value in changed.items()):
        broker.sign = lambda claims: broker.signed({n: v for n, v in claims.items() if n not in changed})

    assert reason(log_in(client, broker)) == why
    assert IDENTITY not in client.session
    assert PERSON not in json.dumps(detail())


def test_a_clock_may_differ_by_three_minutes(client, broker):
    broker.claims |= {"exp": int(time.time()) - 150}

    assert log_in(client, broker)["Location"] == "/login/complete/"


def test_both_spellings_of_the_level(client, broker):
    broker.claims |= {"loa": "https://data.gov.dk/concept/core/nsis/loa/High"}
    log_in(client, broker)
    client.get("/login/complete/")

    assert client.session[IDENTITY]["loa"] == "High"


def test_an_employee_without_rights_is_logged_in(client, broker):
    del broker.claims["privileges"]
    log_in(client, broker)
    client.get("/login/complete/")

    assert client.session[IDENTITY]["privileges"] == []


def test_power_of_attorney_counts_by_the_scope(client, broker):
    broker.claims["privileges"] = rights("urn:dk:dst:indberet:adults:indberet", cvr="55133018")
    log_in(client, broker)
    client.get("/login/complete/")

    assert client.session[IDENTITY]["privileges"][0]["municipality"] == "751"


def test_the_state_of_another_browser(client, broker):
    answer = broker.log_in(ask(client))
    stranger = Client()
    ask(stranger)

    assert reason(stranger.get("/oidc/callback/", answer)) == "browser"
    assert reason(Client().get("/oidc/callback/", answer)) == "browser"
    assert client.get("/oidc/callback/", answer)["Location"] == "/login/complete/"


def test_a_state_that_nobody_asked_for(client, broker):
    ask(client)

    assert reason(client.get("/oidc/callback/", {"code": "x", "state": "made-up"})) == "browser"
    assert reason(client.get("/oidc/callback/", {"code": "x"})) == "browser"


def test_an_answer_counts_once(client, broker):
    answer = broker.log_in(ask(client))
    assert client.get("/oidc/callback/", answer)["Location"] == "/login/complete/"

    assert reason(client.get("/oidc/callback/", answer)) == "replay"


def test_a_code_that_was_used_elsewhere(client, broker):
    """The broker refuses it, and so do we."""
    answer = broker.log_in(ask(client))
    del broker.codes[answer["code"]]

    assert reason(client.get("/oidc/callback/", answer)) == "answer"
    assert detail()["code"] == "token-invalid_grant"


def test_a_code_of_another_request_fails_by_pkce(client, broker):
    stolen = broker.log_in(ask(Client()))
    mine = broker.log_in(ask(client))

    assert reason(client.get("/oidc/callback/", {**mine, "code": stolen["code"]})) == "answer"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error"}, "provider"),
        ({"code": ""}, "answer"),
        ({"iss": "https://another.example"}, "answer"),
    ],
)
def test_what_the_broker_says_instead(client, broker, said, why):
    answer = {**broker.log_in(ask(client)), **said}

    assert reason(client.get("/oidc/callback/", answer)) == why


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_a_broker_that_is_down(client, broker, path):
    broker.status[path] = 503

    assert reason(client.get("/login/oidc/")) == "provider"


def test_a_broker_that_goes_down_in_between(client, broker):
    answer = broker.log_in(ask(client))
    broker.status["/token"] = 503

    assert reason(client.get("/oidc/callback/", answer)) == "provider"


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://elsewhere.example/keys"},
        {"userinfo_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_discovery_that_is_not_as_it_must_be(client, broker, published):
    broker.published = published

    assert reason(client.get("/login/oidc/")) == "provider"


def test_discovery_of_a_secure_issuer_may_lead_to_no_insecure_address(monkeypatch):
    from indberet.access.claims import Refused

    issuer = "https://broker.example"
    addresses = dict.fromkeys(provider_module.ENDPOINTS, f"{issuer}/x")
    published = {"issuer": issuer, **addresses, "token_endpoint": "http://broker.example/token"}
    monkeypatch.setattr(provider_module, "_json", lambda _address, **_more: published)

    with pytest.raises(Refused):
        provider_module.discover(issuer)


def test_what_the_broker_publishes_is_remembered(client, broker):
    ask(client)
    broker.status["/.well-known/openid-configuration"] = 503

    assert ask(client).startswith(broker.issuer)


def test_what_was_typed_survives_the_way_to_the_broker(client, broker):
    session = client.session
    kept = {"subject": f"{broker.issuer}#{PERSON}", "municipality": "461", "path": "/x/", "typed": "a=b"}
    session[TYPED] = [{**kept, "token": "", "at": time.time()}]
    session.save()
    log_in(client, broker)
    client.get("/login/complete/")

    assert client.session[TYPED][0]["typed"] == "a=b"


def test_no_secret_stays_in_the_database(client, broker):
    log_in(client, broker)

    assert Handshake.objects.get().kept == {}


def test_the_subject_is_not_the_brokers_session(client, broker):
    log_in(client, broker)
    client.get("/login/complete/")

    assert client.session[IDENTITY]["name_id"] == SUBJECT
