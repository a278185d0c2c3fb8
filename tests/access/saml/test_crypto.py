"""xmlsec1 reads the message that it is given, and nothing else."""

import re
from base64 import b64decode

import pytest
from saml2.sigver import DecryptError

from indberet.access.saml.config import service_provider

from .idp import Recipe, response


@pytest.fixture
def decrypt(good_files):
    crypto = service_provider().client.sec.crypto
    return lambda xml: crypto.decrypt(xml, str(good_files / "current.key"))


def test_what_is_encrypted_to_us_is_read(decrypt):
    assert "Anna Andersen" in decrypt(response(Recipe()))


def test_a_cipher_text_in_a_file_is_not_fetched(decrypt, tmp_path):
    whole = response(Recipe())
    values = re.findall(r"<xenc:CipherValue>(.*?)</xenc:CipherValue>", whole, flags=re.DOTALL)
    file = tmp_path / "cipher-text"
    file.write_bytes(b64decode(values[-1]))
    reference = f'<xenc:CipherReference URI="file://{file}"/>'
    with pytest.raises(DecryptError):
        decrypt(whole.replace(f"<xenc:CipherValue>{values[-1]}</xenc:CipherValue>", reference))


def test_what_is_encrypted_twice_is_not_read(decrypt):
    with pytest.raises(DecryptError):
        decrypt(response(Recipe(twice=True)))
