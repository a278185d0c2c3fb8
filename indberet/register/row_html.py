"""The rows of the overview as HTML. A page has some 600 cells, for which the template language takes more time than for
everything else in the request together (docs/performance.md); the rest of the table is in its template."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

ICONS = {1: "warning", 2: "error"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a row; `secondary` is the code's name or a finding's field, `level` the severity shown with an icon,
    `url` where the value leads."""

    column: str
    label: str
    text: str
    secondary: str = ""
    level: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A record or a case as the table shows it."""

    id: int
    case_id: int
    label: str
    cells: tuple[Cell, ...]
    ticked: bool
    first_of_person: bool
    ended: bool
    editable: bool
    edit_url: str
    focus: bool


def rows_html(rows: Iterable[Row]) -> SafeString:
    """The <tr> of each row, with every text escaped."""
    html = RowHtml()
    return SafeString("".join(html.row(row) for row in rows))


class RowHtml:
    """Writes rows; the words and addresses that all rows share are looked up once."""

    def __init__(self) -> None:
        self.icons = escape(static("dkfds/img/all-svg-icons.svg"))
        self.tick, self.edit = escape(_("Vælg")), escape(_("Redigér"))
        self.show, self.delete = escape(_("Vis")), escape(_("Slet"))

    def row(self, row: Row) -> str:
        """One row: tick, cells, actions."""
        classes = " ".join(
            name for name, is_so in (("person-first", row.first_of_person), ("ended", row.ended)) if is_so
        )
        cells = "".join(self._severity(cell, row) if cell.level else self.cell(cell) for cell in row.cells)
        return f'<tr class="{classes}">{self._tick(row)}{cells}{self._actions(row)}</tr>\n'

    def cell(self, cell: Cell) -> str:
        """One value; an empty one is left out where rows are cards."""
        start = f'<td data-label="{escape(cell.label)}" class="col-{cell.column}'
        text = escape(cell.text)
        if cell.secondary:
            return f'{start}"><span>{text}<span class="sub">{escape(cell.secondary)}</span></span></td>'
        return f'{start}"><span>{text}</span></td>' if text else f'{start} empty-cell"><span></span></td>'

    def _severity(self, cell: Cell, row: Row) -> str:
        """The worst finding: a link to its field, named by row for those who do not see the table."""
        sub = f'<span class="sub">{escape(cell.secondary)}</span>' if cell.secondary else ""
        named = f'<span class="sr-only"> {escape(row.label)}</span>'
        shown = f"{self._icon(ICONS[cell.level])}<span>{escape(cell.text)}{sub}{named}</span>"
        return (
            f'<td data-label="{escape(cell.label)}" class="col-{cell.column}">'
            f'<a href="{escape(cell.url)}" class="severity severity-{cell.level}">{shown}</a></td>'
        )

    def _tick(self, row: Row) -> str:
        checked = " checked" if row.ticked else ""
        return (
            f'<td class="tick"><input type="hidden" name="shown" value="{row.id}"><div class="form-group-checkbox">'
            f'<input type="checkbox" class="form-checkbox" name="ticked" value="{row.id}" id="tick-{row.id}" '
            f'data-case="{row.case_id}"{checked}><label for="tick-{row.id}"><span class="sr-only">{self.tick} '
            f"{escape(row.label)}</span></label></div></td>"
        )

    def _actions(self, row: Row) -> str:
        named = f'<span class="sr-only"> {escape(row.label)}</span>'
        focus = " data-focus" if row.focus else ""
        found = ""
        if row.edit_url:
            word = self.edit if row.editable else self.show
            found = f'<a href="{escape(row.edit_url)}" id="edit-{row.id}"{focus}>{word}{named}</a>'
        if row.editable:
            found += (
                f'<button type="submit" name="do" value="delete:{row.id}" id="delete-{row.id}" class="icon-button" '
                f'data-dialog title="{self.delete}"{"" if row.edit_url else focus}>{self._icon("delete")}'
                f'<span class="sr-only">{self.delete} {escape(row.label)}</span></button>'
            )
        return f'<td class="row-actions"><div class="inner">{found}</div></td>'

    def _icon(self, name: str) -> str:
        return f'<svg class="icon-svg" aria-hidden="true"><use href="{self.icons}#{name}"></use></svg>'
