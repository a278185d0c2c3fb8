"""From the address of a mail server to what Django asks for."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

SECURITY = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
FILES = "files"


@dataclass(frozen=True)
class Server:
    """A mail server; without `host` e-mails become files. `security` is none, starttls or tls."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "none"


def server(text: str) -> Server:
    """Read smtp://host:25, smtp+starttls://user:password@host:587, smtps://... or `files`; ValueError on anything
    else. Characters that an address cannot hold are written as %40 and the like."""
    if text == FILES:
        return Server()
    parts = urlsplit(text)
    if parts.scheme not in SECURITY or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("not the address of a mail server")
    security, port = SECURITY[parts.scheme]
    return Server(
        host=parts.hostname,
        port=parts.port or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
    )
