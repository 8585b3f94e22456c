"""What a run was, for people who did not make it: what was made, from what, how like it is, what was copied."""

from __future__ import annotations

from synth_core.report.build import build_report
from synth_core.report.difference import RunDifference, compare_runs
from synth_core.report.html import as_html
from synth_core.report.listing import RunFilter, RunRow, row_of
from synth_core.report.model import Decision, Report, ReportedColumn, ReportedTable

__all__ = [
    "Decision",
    "Report",
    "ReportedColumn",
    "ReportedTable",
    "RunDifference",
    "RunFilter",
    "RunRow",
    "as_html",
    "build_report",
    "compare_runs",
    "row_of",
]
