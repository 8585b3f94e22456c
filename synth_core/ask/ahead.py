"""Questions that are under way before it is their turn.

Answers are judged one after the other, so that what is found, counted and told does not depend on which came first; the
waiting is done by a few threads. They are daemons: whoever stops the program does not wait for a model.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future

from synth_core.ports import ModelReply

Send = Callable[[], ModelReply]


class Ahead:
    """Sends questions in their order, at most `at_once` at the same time, once it is told that somebody answers: where
    nobody may ask, that is heard once."""

    def __init__(self, questions: Mapping[str, Send], at_once: int) -> None:
        self._waiting = deque(questions.items())
        self._begun: dict[str, Future[ModelReply]] = {name: Future() for name in questions}
        self._at_once = at_once
        self._goes = False

    def go(self) -> None:
        """Begin to send, if that was not done yet."""
        if not self._goes:
            self._goes = True
            for _ in range(min(self._at_once, len(self._waiting))):
                threading.Thread(target=self._work, daemon=True).start()

    def take(self, name: str) -> Future[ModelReply] | None:
        """The reply to a question, once; None where it is not sent ahead."""
        future = self._begun.pop(name, None)
        return future if self._goes else None

    def stop(self) -> None:
        """Send no more of them. Replies to those that are under way are lost."""
        self._waiting.clear()
        self._begun.clear()

    def _work(self) -> None:
        while True:
            try:
                name, send = self._waiting.popleft()
            except IndexError:
                return
            future = self._begun.get(name)
            if future is None:
                # It was asked before the others were begun.
                continue
            try:
                future.set_result(send())
            except BaseException as error:
                future.set_exception(error)
