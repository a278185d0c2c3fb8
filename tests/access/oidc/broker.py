"""A broker of the tests' own, on a port of this machine: OpenID Connect as far as the portal asks for it.

It remembers what it was asked and hands out what a test puts into `claims`, `answer` and `sign`.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, SECRET = "indberet", "fictitious-secret"
SUBJECT = "0f9960a0-d28d-4353-a3e6-000000000001"


@cache
def _keys() -> tuple[RSAKey, ECKey]:
    return RSAKey.generate_key(2048, {"kid": "one"}), ECKey.generate_key("P-256", {"kid": "two"})


class Broker:
    """Discovery, keys, token and userinfo at `issuer`; `log_in` is what the person does there."""

    def __init__(self) -> None:
        broker = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                broker.answer_get(self)

            def do_POST(self) -> None:
                broker.answer_post(self)

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.keys: list[Any] = list(_keys())
        self.hidden: list[Any] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.published: dict[str, Any] = {}
        self.status: dict[str, int] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()

    def log_in(self, address: str) -> dict[str, str]:
        """The person logs in at an address that the portal made; the parameters of the answer."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def signed(self, claims: dict[str, Any], *, algorithm: str = "RS256", by: Any = None) -> str:
        """An ID token by the first key, or by another."""
        key, registry = by or self.keys[0], JWSRegistry(algorithms=[algorithm])
        return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, registry=registry)

    def answer_get(self, handler: BaseHTTPRequestHandler) -> None:
        """Discovery, keys, userinfo."""
        path = urlsplit(handler.path).path
        bearer = handler.headers.get("Authorization", "") == "Bearer access"
        pages: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                **self.published,
            },
            "/keys": {"keys": [key.as_dict(private=False) for key in self.keys if key not in self.hidden]},
            "/userinfo": {"sub": SUBJECT, **self.told} if bearer else {},
        }
        self._send(handler, self.status.get(path, 200), pages[path])

    def answer_post(self, handler: BaseHTTPRequestHandler) -> None:
        """Tokens for a code that was not used, from the portal, with the verifier of its challenge (RFC 7636)."""
        given = dict(parse_qsl(handler.rfile.read(int(handler.headers["Content-Length"])).decode()))
        asked = self.codes.pop(given.get("code", ""), None)
        challenge = urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        known = handler.headers.get("Authorization", "").startswith("Basic ")
        if not asked or not known or asked["code_challenge"] != challenge.decode():
            self._send(handler, 400, {"error": "invalid_grant"})
            return
        assert asked["redirect_uri"] == given["redirect_uri"]
        now = int(time.time())
        about = {"iss": self.issuer, "aud": asked["client_id"], "sub": SUBJECT, "nonce": asked["nonce"]}
        claims = {**about, "iat": now, "exp": now + 300, **self.claims}
        tokens = {"access_token": "access", "token_type": "Bearer", "id_token": self.sign(claims)}
        self._send(handler, self.status.get("/token", 200), tokens)

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
