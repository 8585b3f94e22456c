"""The report as one HTML file that needs nothing else: no request leaves whoever opens it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from synth_core.model.inferred import Origin
from synth_core.report import words
from synth_core.report.drawing import drawing
from synth_core.report.model import NEAR, Report
from synth_core.stages.verify import failed


def as_html(report: Report) -> str:
    """The whole report. Everything that comes from the project is escaped: it is untrusted text."""
    return _template().render(
        report=report,
        words=words,
        drawing=drawing,
        near=NEAR,
        failed=failed(report.checks),
        origins=list(Origin),
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = files("synth_core.report").joinpath("report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
