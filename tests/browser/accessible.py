"""What axe-core finds on a page as it looks now."""

from __future__ import annotations

import json
from typing import Any

import pytest
from served import ROOT, Tab

_AXE = ROOT / ".venv" / "axe-core" / "package" / "axe.min.js"
# Streamlit's own: its grid is a canvas with a table for screen readers behind, which axe takes for a list of parts
# that scroll without focus.
_NOT_OURS = {"scrollable-region-focusable"}

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules about colours: of what is on a page, nothing else depends on the theme."""

has_axe = pytest.mark.skipif(not _AXE.exists(), reason="no axe-core: `make browser` gets it with npm")


def serious(tab: Tab, *rules: str) -> list[str]:
    """What it calls serious or critical, each with the first place; by these rules, without any by all."""
    if not tab.page.evaluate("'axe' in window"):
        tab.page.add_script_tag(content=_AXE.read_text())
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = tab.page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['impact']}: {each['id']}: {json.dumps(each['nodes'][0]['html'])[:300]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical") and each["id"] not in _NOT_OURS
    ]
