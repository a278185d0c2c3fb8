"""SimpleSAMLphp as the identity provider of the tests: another implementation of SAML than ours, on a port of its own.

It asks for a name and a password, takes signed requests only, signs the assertion, encrypts it for the key in the
portal's own metadata, and names persons and attributes as NemLog-in does. Everybody in it is fictitious.
"""

import json
import os
import signal
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from .persons import PASSWORD, PERSONS, attributes
from .ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 30  # seconds, for a busy machine
CONFIGURATION = "<?php\n$config = json_decode(file_get_contents(__DIR__ . '/{name}.json'), true);\n"
METADATA = "<?php\n$metadata = json_decode(file_get_contents(__DIR__ . '/{name}.json'), true);\n"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


class SimpleSaml:
    """A running identity provider. `trust` tells it the portal's metadata; `metadata` are its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.entity_id = f"{self.url}/saml2/idp/metadata.php"
        self.logout_url = f"{self.url}/saml2/idp/SingleLogoutService.php?ReturnTo={self.url}/logout.php"
        self._configure()
        self._process = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{self.port}", "-t", str(_program() / "www")],
            env={"PATH": "/usr/bin:/bin", "SIMPLESAMLPHP_CONFIG_DIR": str(folder), "PHP_CLI_SERVER_WORKERS": "4"},
            stdout=(folder / "server.log").open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._await()

    @property
    def metadata(self) -> bytes:
        """What NemLog-in would hand out as its metadata."""
        status, body = self._get("/saml2/idp/metadata.php")
        assert status == 200, body
        return body

    def trust(self, metadata: bytes | str) -> None:
        """Takes a portal's metadata in place of what it had."""
        text = metadata if isinstance(metadata, str) else metadata.decode()
        (self.folder / "portal.xml").write_text(text, encoding="utf-8")
        self._write("config", CONFIGURATION, _configuration(self.folder, self.url, trusting=True))

    def log(self) -> str:
        """What it has written since it was started."""
        return (self.folder / "simplesamlphp.log").read_text(encoding="utf-8") + (
            self.folder / "server.log"
        ).read_text()

    def close(self) -> None:
        """Ends it and its workers."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(PATIENCE)

    def _configure(self) -> None:
        for name in ("sessions", "metadata", "tmp", "data"):
            (self.folder / name).mkdir()
        (self.folder / "simplesamlphp.log").touch()
        make_key(self.folder, "server", "Fiktiv identitetsudbyder")
        self._write("config", CONFIGURATION, _configuration(self.folder, self.url, trusting=False))
        self._write("authsources", CONFIGURATION, {"people": _people(), "admin": ["core:AdminPassword"]})
        self._write("metadata/saml20-idp-hosted", METADATA, {self.entity_id: _identity_provider()})

    def _write(self, name: str, php: str, values: dict[str, Any]) -> None:
        (self.folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
        (self.folder / f"{name}.php").write_text(php.format(name=Path(name).name), encoding="utf-8")

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _await(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                status, body = self._get("/saml2/idp/metadata.php")
            except OSError:
                time.sleep(0.05)
                continue
            if status == 200 and self.entity_id.encode() in body:
                return
            break
        self.close()
        raise AssertionError(f"SimpleSAMLphp does not answer: {self.log()}")


def make_key(folder: Path, name: str, common_name: str, days: int = 365) -> None:
    """A private key and a certificate of its own, `name`.key and `name`.crt, shaped like a system certificate of OCES3:
    RSA of 3072 bits."""
    named = ["-subj", f"/CN={common_name}"]
    made = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.crt")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", str(days), *named, *made],
        check=True,
        capture_output=True,
    )
    (folder / f"{name}.key").chmod(0o600)


def _program() -> Path:
    found = subprocess.run([ROOT / "scripts" / "simplesaml.sh"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, "SimpleSAMLphp is not here; scripts/prepare-tests.sh installs it"
    return Path(found.stdout.strip())


def _configuration(folder: Path, url: str, *, trusting: bool) -> dict[str, Any]:
    portal = [{"type": "xml", "file": f"{folder}/portal.xml"}] if trusting else []
    return {
        "baseurlpath": f"{url}/",
        "certdir": f"{folder}/",
        "loggingdir": f"{folder}/",
        "datadir": f"{folder}/data/",
        "tempdir": f"{folder}/tmp",
        "metadatadir": f"{folder}/metadata/",
        "secretsalt": "fictitious-salt-of-the-tests",
        "auth.adminpassword": "fictitious-password-of-the-tests",
        "technicalcontact_name": "Nobody",
        "technicalcontact_email": "nobody@indberet.example",
        "timezone": "Europe/Copenhagen",
        "logging.handler": "file",
        "logging.logfile": "simplesamlphp.log",
        "logging.level": 7,
        "enable.saml20-idp": True,
        "module.enable": {"exampleauth": True, "core": True, "saml": True},
        "session.cookie.secure": False,
        "session.cookie.samesite": "Lax",
        "session.phpsession.savepath": f"{folder}/sessions",
        "session.phpsession.httponly": True,
        "store.type": "phpsession",
        "language.default": "en",
        "language.cookie.secure": False,
        "language.cookie.samesite": "Lax",
        "theme.use": "default",
        "admin.checkforupdates": False,
        "metadata.sources": [{"type": "flatfile"}, *portal],
    }


def _people() -> dict[str, Any]:
    people: dict[str, Any] = {f"{key}:{PASSWORD}": attributes(person) for key, person in PERSONS.items()}
    return {"0": "exampleauth:UserPass", **people}


def _identity_provider() -> dict[str, Any]:
    return {
        "host": "__DEFAULT__",
        "privatekey": "server.key",
        "certificate": "server.crt",
        "auth": "people",
        "attributes.NameFormat": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
        "NameIDFormat": [PERSISTENT],
        "authproc": {
            "10": {"class": "saml:AttributeNameID", "attribute": "name_id", "Format": PERSISTENT},
            "20": {"class": "core:AttributeAlter", "subject": "name_id", "pattern": "/.*/", "0": "%remove"},
        },
        "validate.authnrequest": True,
        "validate.logout": True,
        "sign.logout": True,
        "redirect.sign": True,
        "redirect.validate": True,
        "saml20.sign.assertion": True,
        "saml20.sign.response": False,
        "assertion.encryption": True,
        "signature.algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "sharedkey_algorithm": "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
    }
