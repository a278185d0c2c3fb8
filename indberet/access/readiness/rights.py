"""The privileges that must exist in MitID Erhverv, and what a blob of them would grant."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from indberet.access.claims import URI_WORDS, Grant, privilege_of, uri_of
from indberet.access.identity import Verb
from indberet.access.privileges import BadPrivileges, Group, groups
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .point import Point, error, ok, warning


def wanted() -> list[tuple[str, Statistic, Verb]]:
    """The URI of each privilege to create, with its statistic and verb."""
    return [
        (uri_of(settings.PRIVILEGE_PREFIX, found.id, verb), found, verb) for found in statistics() for verb in URI_WORDS
    ]


def rights_points(file: Path | None) -> Iterator[Point]:
    """Points on the privileges; with a file (OIO BPP, as XML or as the base64 of the attribute) on what it grants."""
    without = [row.code for row in municipalities().rows if row.get("kind") == "municipality" and not row.get("cvr")]
    if without:
        said = f"municipalities without a CVR number: {', '.join(without)}"
        yield error("privileges", said, "Add them to the list of municipalities.")
    else:
        yield ok("privileges", f"{len(wanted())} privileges must exist in NemLog-in Administration and MitID Erhverv")
    if settings.FICTITIOUS_CVR:
        said = f"fictitious organisations act for municipalities: {', '.join(sorted(settings.FICTITIOUS_CVR))}"
        yield warning("organisations", said, "Good for the integration test; empty INDBERET_FICTITIOUS_CVR afterwards.")
    if file:
        yield from _granted(file)


def _granted(file: Path) -> Iterator[Point]:
    from base64 import b64encode

    try:
        content = file.read_bytes().strip()
        found = groups(b64encode(content) if content.startswith(b"<") else content)
    except OSError as wrong:
        yield error("sample", f"{file} cannot be read ({wrong.strerror})", "Name another file.")
        return
    except BadPrivileges as wrong:
        yield error("sample", f"{file} grants nothing: {wrong}", "It must be OIO Basic Privilege Profile 1.2 or 1.1.")
        return
    for group in found:
        yield from map(_worth, group.grants) if group.grants else [_passed_over(group)]
    if not found:
        yield warning("sample", f"{file} grants nothing", "Only groups for a CVR number, without constraints, count.")


def _worth(grant: Grant) -> Point:
    """What a log-in would make of it."""
    said = f"{grant.uri} for CVR {grant.cvr}"
    privilege = privilege_of(grant, prefix=settings.PRIVILEGE_PREFIX, office=settings.OFFICE_CVR)
    if privilege:
        return ok("sample", f"{said}: {privilege.municipality or 'the office'}")
    if grant.uri not in {uri for uri, _statistic, _verb in wanted()}:
        do = "Unknown here: compare with the list of privileges."
    elif grant.uri.endswith(f":{URI_WORDS['oversee']}"):
        do = f"Only the office grants it, CVR {settings.OFFICE_CVR} (INDBERET_OFFICE_CVR)."
    else:
        do = "Only a municipality grants it, and no municipality has this CVR number."
    return warning("sample", f"{said} grants nothing", do)


def _passed_over(group: Group) -> Point:
    said = f"the group {', '.join(group.uris) or 'without privileges'} for {group.scope} grants nothing"
    if group.constraints:
        do = f"It is limited by {', '.join(group.constraints)}, which cannot be honoured: grant it without constraints."
    elif group.uris:
        do = "Its scope is not a CVR number."
    else:
        do = "It holds no privilege."
    return warning("sample", said, do)
