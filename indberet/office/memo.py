"""Digital Post: messages in the public format MeMo, left in a folder for the organisation's own sending system.

The format is MeMo 1.1 as published at digitaliser.dk (digital-post/vejledninger/memo): elements, their order and which
are mandatory. Version 1.2 takes `memoSchVersion` away and adds nothing that we need; 1.1 is taken beside it.
"""

import os
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.utils import timezone

from indberet.definition.code_lists import Code

NAMESPACE = "https://DigitalPost.dk/MeMo-1"
VERSION, SCHEMA_VERSION = "1.1", "1.1.0"
SENDER_CVR, SENDER = "17150413", "Danmarks Statistik"
LONGEST_LABEL = 256
register_namespace("memo", NAMESPACE)


def put_in_outbox(folder: Path, *, key: str, recipient: Code, label: str, text: str) -> Path:
    """Leaves a message to a municipality in `folder`, whole or not at all; the same `key` gives the same file. The file
    is named by the message's UUID and belongs to whoever runs Indberet. Raises OSError."""
    uuid = message_uuid(key)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = message(uuid=uuid, recipient=recipient, label=label, text=text, made=timezone.now())
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path = folder / f"{uuid}.xml"
    Path(file.name).replace(path)
    return path


def message_uuid(key: str) -> UUID:
    """A UUID of version 4, as the format demands, that is always the same for the same key: a message that is made
    again has the id of the first."""
    return UUID(bytes=sha256(key.encode()).digest()[:16], version=4)


def message(*, uuid: UUID, recipient: Code, label: str, text: str, made: datetime) -> bytes:
    """The message as XML. The recipient is the organisation, by its CVR number."""
    root = Element(_name("Message"), {"memoVersion": VERSION, "memoSchVersion": SCHEMA_VERSION})
    header = SubElement(root, _name("MessageHeader"))
    _put(header, messageType="DIGITALPOST", messageUUID=str(uuid), label=label[:LONGEST_LABEL])
    _put(header, mandatory="false", legalNotification="false")
    sender = SubElement(header, _name("Sender"))
    _put(sender, senderID=SENDER_CVR, idType="CVR", label=SENDER)
    to = SubElement(header, _name("Recipient"))
    name = recipient.get("legal_name") or recipient.label
    _put(to, recipientID=recipient.get("cvr"), idType="CVR", label=name)
    body = SubElement(root, _name("MessageBody"))
    _put(body, createdDateTime=f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    document = SubElement(body, _name("MainDocument"))
    _put(document, label=label[:LONGEST_LABEL])
    file = SubElement(document, _name("File"))
    content = b64encode(_page(label, text).encode()).decode("ascii")
    _put(file, encodingFormat="text/html", filename="paamindelse.html", language="da", content=content)
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _page(label: str, text: str) -> str:
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.strip().split("\n\n"))
    return (
        f'<!doctype html><html lang="da"><head><meta charset="utf-8"><title>{escape(label)}</title></head>'
        f"<body>{paragraphs}</body></html>"
    )


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _put(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, _name(name)).text = text
