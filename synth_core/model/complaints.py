"""What pydantic has against a value, in words."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explain(error: ValidationError) -> str:
    """Pydantic's complaints as a sentence."""
    return "; ".join(explain_problem(problem) for problem in error.errors(include_url=False))


def explain_problem(problem: ErrorDetails) -> str:
    """One complaint: the argument and what is wrong with it."""
    place = ".".join(str(step) for step in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "there is no such argument"
    elif problem["type"] == "missing":
        message = "is missing"
    return f"{place}: {message}" if place else message
