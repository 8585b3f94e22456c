"""What the services answer when they are asked for one small thing, and who asks them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from synth_core.model.base import Frozen


class Outcome(StrEnum):
    """How a call ended."""

    FINE = "fine"
    SIGNED_OUT = "signed out"
    """No credentials, or they were refused."""
    DISABLED = "disabled"
    """The service's interface is not enabled in the project."""
    NO_BILLING = "no billing"
    FORBIDDEN = "forbidden"
    ABSENT = "absent"
    QUOTA = "quota"
    BUSY = "busy"
    """Not reached, or no answer that counts: another try may tell more."""
    UNKNOWN = "unknown"
    """The service does not know such a call, as some stand-ins don't."""
    FAILED = "failed"


class Answer(Frozen):
    """What came of one question."""

    outcome: Outcome
    said: str = ""
    """The service's own words."""
    permission: str = ""
    """The one that is missing, as the service names it, or as the call needs it."""
    location: str = ""
    names: tuple[str, ...] = ()
    """Of what was found: tables, or columns that are protected."""
    partly: str = ""
    """It works, but not for everything: why."""

    @property
    def is_fine(self) -> bool:
        """It works."""
        return self.outcome is Outcome.FINE


class Probes(Protocol):
    """Asks Google's services. No question is billed."""

    def credentials(self) -> Answer:
        """Are there credentials, and do they still hold? `said` names whose, or the stand-ins that need none."""
        ...

    def query(self, project: str, location: str) -> Answer:
        """Can a query be run?"""
        ...

    def dataset(self, name: str) -> Answer:
        """Is it there, and where?"""
        ...

    def tables(self, dataset: str) -> Answer:
        """Some of its tables, in `names`."""
        ...

    def read(self, table: str, permissions: Sequence[str]) -> Answer:
        """Can its rows be read? `names` are columns that are protected from us. The permissions are those that are
        asked for besides."""
        ...

    def create_dataset(self, name: str, location: str) -> Answer:
        """Could it be made? Nothing is made."""
        ...

    def write(self, dataset: str, table: str = "") -> Answer:
        """Can tables be made and filled in it? Makes an empty table and takes it away; with a table: can that one be
        filled and extended? Nothing is made then."""
        ...

    def bucket(self, name: str, permissions: Sequence[str]) -> Sequence[Answer]:
        """Is it there, and where? Then, for each of the permissions, whether we have it. A single answer that is not
        fine where there is no bucket."""
        ...

    def model(self, model: str, project: str, location: str, endpoint: str) -> Answer:
        """Does it answer?"""
        ...
