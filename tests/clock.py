"""The clock of the tests of approval, office and nightly run: it stands still on the day of the examples."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=ZoneInfo("Europe/Copenhagen"))


class Clock:
    """The time that the program sees."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, day: str) -> "datetime":
        """A quarter past ten on another day."""
        self.now = datetime.fromisoformat(f"{day}T10:15").replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands still until a test moves it."""
    found = Clock()
    monkeypatch.setattr("django.utils.timezone.now", found)
    return found
