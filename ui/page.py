"""The page that somebody looks at: who it is, which project, and what they may do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import ParamSpec, TypeVar

import streamlit as st

from synth_core import api
from synth_core.access import Person, Role
from synth_core.api import Desk
from synth_core.errors import SynthError
from synth_core.history.stored import StoredProject
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.stages.steps import Step, StepState
from ui.troubles import show_error

P = ParamSpec("P")
R = TypeVar("R")
ORDER = tuple(Step)


@dataclass(frozen=True)
class Page:
    """One page as it is drawn now."""

    desk: Desk
    place: str
    """The page's name in the address: `schema`, `history`, …; empty for the home page."""
    name: str = ""
    """The project's name; empty where the page is about none."""
    found: StoredProject | None = None

    @property
    def person(self) -> Person:
        """Who looks at it."""
        return self.desk.person

    @property
    def stored(self) -> StoredProject:
        """The project with recipe, facts and approval."""
        if self.found is None:
            raise LookupError(f"the page {self.place!r} is about no project")
        return self.found

    @property
    def project(self) -> Project:
        """What was inferred and reviewed."""
        return self.stored.project

    @property
    def profile(self) -> Profile | None:
        """The measured facts."""
        return self.stored.profile

    @property
    def version(self) -> int:
        """The version that is shown; edits are made on it."""
        return self.stored.version or 0

    @cached_property
    def steps(self) -> tuple[StepState, ...]:
        """How far the project is; found out once for each time that the page is drawn."""
        return self.do(api.steps, self.name)

    @cached_property
    def role(self) -> Role:
        """What the person may do here; asked once a drawing. What is done is checked each time."""
        return self.desk.role(self.name)

    def can(self, role: Role) -> bool:
        """The person may do here what needs that role."""
        return self.role >= role

    def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function of the api as the person. An error is shown in words, and ends the page."""
        with told():
            return self.desk.do(function, *args, **kwargs)
        raise AssertionError("an error ends the page")

    def go(self, place: str, **query: str) -> None:
        """Open another page on the same project."""
        file = f"pages/{place}.py" if place else "app.py"
        st.switch_page(file, query_params={**({"project": self.name} if self.name else {}), **query})

    def back_and_next(self) -> None:
        """The ways to the steps before and after."""
        here = ORDER.index(Step(self.place))
        states = {each.step: each for each in self.steps}
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            if here > 0:
                self._way(ORDER[here - 1], "Back to", ":material/arrow_back:", "left")
            if here + 1 < len(ORDER):
                after = states[ORDER[here + 1]]
                self._way(after.step, "Next:", ":material/arrow_forward:", "right", after.missing)

    def _way(self, step: Step, word: str, icon: str, side: str, missing: str = "") -> None:
        st.page_link(
            f"pages/{step}.py",
            label=f"{word} {step}",
            icon=icon,
            icon_position=side,  # type: ignore[arg-type]
            query_params={"project": self.name},
            help=missing or None,
        )


@contextmanager
def told() -> Iterator[None]:
    """Show an error that was written for people, and end the page; what is drawn already stays."""
    try:
        yield
    except SynthError as error:
        show_error(error)
        st.stop()
