"""The report as a file: a workbook to work on, a PDF to print and keep."""

from collections.abc import Callable
from dataclasses import dataclass

from indberet.definition.code_lists import Code

from .pdf import pdf
from .view import Seen
from .workbook import workbook


@dataclass(frozen=True, slots=True)
class File:
    """A kind of file and what makes it of a municipality's report."""

    content_type: str
    make: Callable[[Seen, Code], bytes]


FILES = {
    "xlsx": File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook),
    "pdf": File("application/pdf", pdf),
}
