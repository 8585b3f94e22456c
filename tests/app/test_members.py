"""The dialog of a project's members."""

from __future__ import annotations

from collections.abc import Callable

from opening import Open, choose, keep_open, words

from synth_core import api
from synth_core.access import Role


def test_members_are_added_and_taken_out(
    open_app: Open, typical: str, as_role: Callable[[Role], None]
) -> None:
    as_role(Role.EDITOR)
    api.set_members(typical, {"editor": "editor", "bo": "viewer"})
    app = open_app("schema", project=typical)
    choose(app, "Members")
    next(each for each in app.text_input if each.label == "Name").input("ana@acme.com")
    keep_open(app, "Members")
    next(each for each in app.button if each.label == "Add").click().run()
    assert api.members(typical).people == {"editor": "editor", "bo": "viewer", "ana@acme.com": "editor"}
    choose(app, "Members")
    keep_open(app, "Members")
    app.button(key="remove bo").click().run()
    assert "bo" not in api.members(typical).people


def test_only_members_see_that_they_may_edit(
    open_app: Open, typical: str, as_role: Callable[[Role], None]
) -> None:
    as_role(Role.APPROVER)
    api.set_members(typical, {"ana": "editor"})
    assert "approver · viewer" in words(open_app("schema", project=typical)).replace("\\", "")
