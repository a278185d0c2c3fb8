"""What several statistics have in common."""

from pathlib import Path

from indberet.definition.statistic import load_code_lists

FOLDER = Path(__file__).parent
CODE_LISTS = load_code_lists(FOLDER / "code_lists", ("municipalities", "yes_no"))
MUNICIPALITIES = CODE_LISTS["municipalities"]
