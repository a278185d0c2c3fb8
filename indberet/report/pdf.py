"""The report as a PDF that can be read aloud: tagged tables, title and language (PDF/UA-1), made by Typst."""

import json
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indberet.definition.code_lists import Code
from indberet.definition.dates import show_date
from indberet.definition.rules import ERROR, WARNING, Severity

from .heading import heading, headline, sections_without
from .show import Block, ShownRow, ShownTable
from .view import Seen

TEMPLATE = Path(__file__).with_name("report.typ")


def pdf(seen: Seen, municipality: Code) -> bytes:
    """The file's bytes; it counts persons and names none."""
    words = json.dumps(told(seen, municipality))
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"told": words},
        pdf_standards=["ua-1"],
        timestamp=int(timezone.localtime(seen.made_at).timestamp()),
        ignore_system_fonts=True,
    )
    return made


def told(seen: Seen, municipality: Code) -> dict[str, Any]:
    """What the template is given."""
    title = _("Rapport: %(statistic)s, %(municipality)s, %(day)s")
    names = {"statistic": seen.statistic.name, "municipality": municipality.label, "day": show_date(seen.day)}
    return {
        "language": (get_language() or "da")[:2],
        "title": title % names,
        "page": _("Side"),
        "heading": heading(seen, municipality),
        "headline": [(label, str(number)) for label, number in headline(seen)],
        "without": {"heading": _("Paragraffer uden ydelser på dagen"), "names": sections_without(seen) or [_("Ingen")]},
        "tables": [_table(table) for table in seen.tables(lambda _layout, _cell: "")],
        "nothing": _("Der er intet at vise."),
    }


def _table(table: ShownTable) -> dict[str, Any]:
    chart = table.chart
    return {
        "title": table.title,
        "row": table.row_heading,
        "note": f"{table.note} {table.preliminary}".strip(),
        "chart": {"text": chart.heading, "svg": _svg(table)} if chart else None,
        "blocks": [_block(block) for block in table.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    """A part with its rows; where they are in groups, each group is a table of its own under the group's name."""
    parts: list[dict[str, Any]] = []
    for row in block.rows:
        if row.kind == "group" or not parts:
            parts.append({"name": row.name if row.kind == "group" else "", "rows": []})
        if row.kind != "group":
            parts[-1]["rows"].append(_row(row))
    return {"heading": block.heading, "groups": block.groups, "columns": block.columns, "parts": parts}


def _row(row: ShownRow) -> dict[str, Any]:
    name = {ERROR: _("Fejl: %(name)s"), WARNING: _("Advarsel: %(name)s")}.get(Severity(row.level), "%(name)s")
    told = {"name": name % {"name": row.name}, "about": row.about, "kind": row.kind}
    return {**told, "cells": [cell.text for cell in row.cells]}


def _svg(table: ShownTable) -> str:
    """The curve alone; its heading is the picture's text."""
    chart = table.chart
    assert chart
    lines = "".join(f'<path d="M{chart.left} {level.y}H{chart.right}" stroke="#dcdcdc"/>' for level in chart.levels)
    levels = "".join(_text(level.x, level.y + 4, level.text, "end") for level in chart.levels)
    ticks = "".join(_text(tick.x, tick.y, tick.text, "middle") for tick in chart.ticks)
    curve = f'<polyline points="{chart.points}" fill="none" stroke="#0059b3" stroke-width="2"/>'
    size = f'viewBox="0 0 {chart.width} {chart.height}" width="{chart.width}" height="{chart.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{lines}{levels}{ticks}{curve}</svg>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="12" fill="#1a1a1a" text-anchor="{anchor}">{text}</text>'
