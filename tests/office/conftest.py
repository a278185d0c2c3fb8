"""Here the clock stands still."""

from tests.clock import clock

__all__ = ("clock",)
