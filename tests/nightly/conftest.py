"""A clock that stands still, and few municipalities, so that a run is short."""

import pytest

from tests.clock import clock

__all__ = ("clock",)


@pytest.fixture(autouse=True)
def few_municipalities(monkeypatch, settings, tmp_path):
    from indberet.office.overview import reporting
    from tests.nightly.given import FEW

    few = [row for row in reporting() if row.code in FEW]
    for module in ("nightly.steps", "office.reminders", "office.waiting"):
        monkeypatch.setattr(f"indberet.{module}.reporting", lambda: few)
    settings.MEMO_DIR = settings.DATA_DIR = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
