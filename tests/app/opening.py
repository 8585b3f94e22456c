"""What tests of pages share beside fixtures."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Open = Callable[..., AppTest]
"""Runs a page: `open_app("schema", project="shop")`; the home page without a name."""


def words(app: AppTest) -> str:
    """All texts of a page."""
    kinds = ("title", "subheader", "markdown", "caption", "error", "warning", "info", "success", "text")
    return "\n".join(str(each.value) for kind in kinds for each in app.get(kind))


def choose(app: AppTest, option: str) -> None:
    """Choose from the header's menu."""
    keep_open(app, option)
    app.run()


def keep_open(app: AppTest, option: str) -> None:
    """In a browser a click in a dialog runs the dialog alone; AppTest runs the whole page, so what opened the dialog
    must be chosen again. AppTest has no call for that kind of button."""
    [menu] = app.menu_button
    menu._value = option
