"""The time that Google's clients wait before they ask again."""

from __future__ import annotations

import pytest
from google.api_core.retry import retry_base, retry_unary


class RetryClock:
    """A time that passes only while a client waits before another try: it asks as often as it would, and gives up when
    it would, but nobody waits."""

    def __init__(self) -> None:
        self._now = 0.0

    @classmethod
    def set(cls, patch: pytest.MonkeyPatch) -> RetryClock:
        """The clients go by such a clock until the patch is undone."""
        clock = cls()
        for module in (retry_base, retry_unary):
            patch.setattr(module, "time", clock)
        return clock

    def monotonic(self) -> float:
        """Seconds that were waited so far."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """They are over."""
        self._now += seconds
