"""Our key pairs: that they are there, belong together, are for nobody else to read, and do what they are for."""

import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from .certificates import PAIRS
from .point import Point, error, ok, warning

PATIENCE = 30  # seconds for one run of xmlsec1
RENEW = "See 'New keys' in docs/operations/login.md."
SIGNED = """<Trial ID="trial"><Word>Größe</Word><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<Reference URI="#trial"><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms>
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo>
<SignatureValue/></Signature></Trial>"""
ENCRYPTED = """<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">
<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><EncryptedKey xmlns="http://www.w3.org/2001/04/xmlenc#">
<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/><CipherData><CipherValue/></CipherData>
</EncryptedKey></KeyInfo><CipherData><CipherValue/></CipherData></EncryptedData>"""
PLAIN = "<Trial><Word>Größe</Word></Trial>"


def points(folder: Path, *, trial: bool = True) -> Iterator[Point]:
    """Points on the pairs `current`, which must be there, and `next`, which may be; each on `trial` by xmlsec1."""
    for pair in PAIRS:
        if pair == "current" or any((folder / f"{pair}.{end}").exists() for end in ("key", "crt")):
            yield from _pair(folder, pair, trial=trial)
    if not shutil.which("xmlsec1"):
        yield error("xmlsec1", "the program xmlsec1 is not installed", "Install it: apt-get install xmlsec1.")


def _pair(folder: Path, pair: str, *, trial: bool) -> Iterator[Point]:
    key_file, certificate_file = folder / f"{pair}.key", folder / f"{pair}.crt"
    name = f"{pair}.key"
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    except OSError as wrong:
        yield error(name, f"{wrong.filename} cannot be read ({wrong.strerror})", f"Put the pair there. {RENEW}")
        return
    except (ValueError, TypeError) as wrong:
        said = f"{key_file} and {certificate_file} are not both PEM without a password ({type(wrong).__name__})"
        yield error(name, said, "Convert them as docs/operations/login.md says under 'The key and the certificate'.")
        return
    yield from _mode(name, key_file)
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        yield error(
            name, f"{certificate_file} does not belong to {key_file}, or is not RSA", "Put the right pair there."
        )
        return
    yield ok(name, f"{key_file} and {certificate_file} belong together")
    if trial and shutil.which("xmlsec1"):
        yield _trial(f"{pair}-trial", key_file, certificate_file)


def _mode(name: str, file: Path) -> Iterator[Point]:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & (stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP):
        yield error(f"{name}-mode", f"{file} has mode {mode:04o}: others may read or change it", f"chmod 0400 {file}")
    elif mode & stat.S_IRGRP:
        yield warning(f"{name}-mode", f"{file} has mode {mode:04o}: its group may read it", f"chmod 0400 {file}")
    else:
        yield ok(f"{name}-mode", f"only its owner may read {file}")


def _trial(name: str, key: Path, certificate: Path) -> Point:
    """Signs, verifies, encrypts and decrypts by xmlsec1, as a log-in does, with the algorithms that NemLog-in uses."""
    from indberet.access.saml.crypto import NO_WAY_OUT

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for file, content in (("signed", SIGNED), ("template", ENCRYPTED), ("plain", PLAIN)):
            (folder / file).write_text(content, encoding="utf-8")
        identified = ("--id-attr:ID", "Trial")
        steps = (
            ("sign", "--sign", "--privkey-pem", str(key), *identified, "--output", "done", "signed"),
            ("verify", "--verify", "--pubkey-cert-pem", str(certificate), *identified, "done"),
            (
                "encrypt", "--encrypt", "--pubkey-cert-pem", str(certificate), "--session-key", "aes-256",
                "--xml-data", "plain", "--output", "secret", "template",
            ),
            ("decrypt", "--decrypt", *NO_WAY_OUT, "--privkey-pem", str(key), "--output", "again", "secret"),
        )  # fmt: skip
        for step, *arguments in steps:
            wrong = _run(folder, arguments)
            if wrong:
                return error(name, f"xmlsec1 could not {step}: {wrong}", "Check the pair, and the version of xmlsec1.")
        if etree.parse(folder / "again").findtext("Word") != "Größe":
            return error(name, "xmlsec1 decrypted something else", "Check the pair, and the version of xmlsec1.")
    return ok(name, "xmlsec1 signs, verifies, encrypts and decrypts with it")


def _run(folder: Path, arguments: list[str]) -> str:
    """The last line of what went wrong, or ''."""
    command = [shutil.which("xmlsec1") or "xmlsec1", *arguments]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return type(wrong).__name__
    lines = [*ran.stderr.strip().splitlines(), "no word of why"]
    return "" if ran.returncode == 0 else lines[0]
