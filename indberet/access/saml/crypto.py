"""The program xmlsec1 as pysaml2 runs it, but so that it follows no address in a message and decrypts one layer only.

By itself xmlsec1 fetches what a CipherReference or RetrievalMethod names, from files and from the network, before any
signature is checked; and pysaml2 decrypts again what turns out to be encrypted once more.
"""

from typing import Any

from saml2.sigver import CryptoBackendXmlSec1, DecryptError

from .messages import BadMessage, parse
from .names import SAMLP, XENC

NO_WAY_OUT = ("--enabled-cipher-reference-uris", "empty", "--enabled-retrieval-method-uris", "same-doc")


class Crypto(CryptoBackendXmlSec1):  # type: ignore[misc]
    """xmlsec1, kept inside."""

    def _run_xmlsec(self, com_list: list[str], extra_args: list[str]) -> Any:
        limits = NO_WAY_OUT if "--decrypt" in com_list else ()
        return super()._run_xmlsec([*com_list, *limits], extra_args)

    def decrypt(self, enctext: str, key_file: str) -> str:
        """The document with what was encrypted in clear. Raises DecryptError, also when more is encrypted inside."""
        text: str = super().decrypt(enctext, key_file)
        try:
            root = parse(text, f"{SAMLP}Response")
        except BadMessage as bad:
            raise DecryptError(bad.code) from bad
        if next(root.iter(f"{{{XENC}}}EncryptedData"), None) is not None:
            raise DecryptError("encrypted twice")
        return text
