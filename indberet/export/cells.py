"""What stands in a cell of a CSV file, so that Excel neither runs it nor changes it.

- Text that begins like a formula (= + - @, tab, line break) or with an apostrophe gets an apostrophe in front.
- Text with a digit in it, and the words that Excel takes for truth values, stand as ="text": the codes 001 and 1.10
  stay what they are. A quote inside is doubled. Excel shows the text alone, and finds and sorts by it.
- All else stands as it is: words, UUIDs, CPR numbers (DDMMÅÅ-XXXX), dates (åååå-mm-dd).

To read a cell back: when it begins with =" take off =" and the last ", and make "" one quote; when it begins with an
apostrophe take that off.
"""

import re

FORMULA = re.compile(r"[=+\-@\t\r\n\v\f'＝＋－＠]")
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
UNCHANGED = re.compile(rf"\D*|\d{{6}}-\d{{4}}|{_UUID}(?:\|{_UUID})*")
TRUTH_VALUES = ("SAND", "FALSK", "TRUE", "FALSE")
LONGEST_IN_FORMULA = 255


def defused(text: str) -> str:
    """Our own words as a cell: nothing that Excel would run."""
    return f"'{text}" if FORMULA.match(text) else text


def kept(text: str) -> str:
    """Anybody's text as a cell: nothing that Excel would run or change."""
    if FORMULA.match(text):
        return f"'{text}"
    if UNCHANGED.fullmatch(text) and text.upper() not in TRUTH_VALUES:
        return text
    if len(text) > LONGEST_IN_FORMULA:
        return f"'{text}"
    quoted = text.replace('"', '""')
    return f'="{quoted}"'
