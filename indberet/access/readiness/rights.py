"""The privileges that must exist in MitID Erhverv, and what a blob of them would grant."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from indberet.access.claims import URI_WORDS, uri_of
from indberet.access.privileges import BadPrivileges, grants
from indberet.definition.registry import municipalities, statistics
from indberet.definition.statistic import Statistic

from .point import Point, error, ok, warning


def wanted() -> list[tuple[str, Statistic, str]]:
    """The URI of each privilege to create, with its statistic and verb."""
    return [
        (uri_of(settings.PRIVILEGE_PREFIX, found.id, verb), found, verb) for found in statistics() for verb in URI_WORDS
    ]


def rights_points(file: Path | None) -> Iterator[Point]:
    """Points on the privileges; with a file (OIO BPP, as XML or as the base64 of the attribute) on what it grants."""
    known = {uri for uri, _statistic, _verb in wanted()}
    without = [row.code for row in municipalities().rows if row.get("kind") == "municipality" and not row.get("cvr")]
    if without:
        said = f"municipalities without a CVR number: {', '.join(without)}"
        yield error("privileges", said, "Add them to the list of municipalities.")
    else:
        yield ok("privileges", f"{len(known)} privileges must exist in NemLog-in Administration and MitID Erhverv")
    if settings.FICTITIOUS_CVR:
        said = f"fictitious organisations act for municipalities: {', '.join(sorted(settings.FICTITIOUS_CVR))}"
        yield warning("organisations", said, "Good for the integration test; empty INDBERET_FICTITIOUS_CVR afterwards.")
    if file:
        yield from _granted(file, known)


def _granted(file: Path, known: set[str]) -> Iterator[Point]:
    from base64 import b64encode

    try:
        content = file.read_bytes().strip()
        found = grants(b64encode(content) if content.startswith(b"<") else content)
    except OSError as wrong:
        yield error("sample", f"{file} cannot be read ({wrong.strerror})", "Name another file.")
        return
    except BadPrivileges as wrong:
        yield error("sample", f"{file} grants nothing: {wrong}", "It must be OIO Basic Privilege Profile 1.2 or 1.1.")
        return
    municipality = {row.get("cvr"): row.code for row in municipalities().rows}
    for grant in found:
        where = municipality.get(grant.cvr) or ("the office" if grant.cvr == settings.OFFICE_CVR else "")
        said = f"{grant.uri} for CVR {grant.cvr}"
        if grant.uri not in known or not where:
            yield warning("sample", f"{said} grants nothing", "Unknown here: compare with the list of privileges.")
        else:
            yield ok("sample", f"{said}: {where}")
    if not found:
        yield warning("sample", f"{file} grants nothing", "Only groups for a CVR number, without constraints, count.")
