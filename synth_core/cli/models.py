"""Commands that ask a model, and what all commands say of one: who decided, and what it costs."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Project, UseModel
from synth_core.cli.output import Output

if TYPE_CHECKING:
    from synth_core.ask.accounts import Account, Estimate


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(explain)
    app.command(name="eval-prompts")(eval_prompts)


class Told:
    """Tells a person what a model is asked; `data` is the same for machines."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._estimates: list[Estimate] = []
        self._account: Account | None = None

    def expect(self, estimate: Estimate) -> None:
        """Before."""
        self._estimates.append(estimate)
        self._output.note(f"asking {estimate}.")

    def spent(self, account: Account, *, asked: bool) -> None:
        """After."""
        self._account = account if asked else None
        if not asked:
            self._output.say("Proposed by rules; no model was asked.", "dim")
        elif account.spent:
            self._output.say(f"Asked {account}.", "dim")
        else:
            self._output.say("No model had a part in this: the rules decided.", "dim")

    @property
    def data(self) -> dict[str, Any]:
        """`model`: `rules`, or the id; tokens and dollars before and after."""
        account = self._account
        if account is None:
            return {"model": "rules"}
        return {
            "model": account.model_id or "rules",
            "expected": [each.model_dump() for each in self._estimates],
            "answers": len(account.asked),
            "earlier_answers": len(account.spent) - len(account.asked),
            "prompt_tokens": sum(each.prompt_tokens for each in account.asked),
            "answer_tokens": sum(each.answer_tokens for each in account.asked),
            "dollars": account.price.dollars,
            "prompt_versions": account.prompt_versions,
        }


def explain(
    project: Project,
    finding: Annotated[
        str, typer.Argument(metavar="CODE:LINE", help="A finding on the recipe, as `synth lint` shows it.")
    ],
    model: UseModel = None,
    as_json: AsJson = False,
) -> None:
    """What a finding means, and what to do about it."""
    output = Output(as_json)
    told = Told(output)
    text, findings = api.explain(project, finding, model=model, talk=told)
    output.result(
        {
            "project": project,
            "finding": finding,
            "explanation": text,
            "asked": told.data,
            "findings": [each.model_dump(mode="json") for each in findings],
        }
    )
    output.say(text)
    output.findings(findings)
    output.say(f"Next: synth lint {quote(project)}", "dim")


def eval_prompts(
    data: Annotated[Path, typer.Option("--data", help="Folder of databases with a labels.json each.")],
    script: Annotated[
        Path | None,
        typer.Option("--script", help="A Python file that answers in place of a model; it is executed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How good the prompts are, beside the rules."""
    output = Output(as_json)
    told = Told(output)
    report = api.eval_prompts(data, script=script, talk=told, progress=output.step)
    output.result({**report.model_dump(mode="json", exclude={"account"}), "asked": told.data})
    output.grid(
        "",
        ["question", "measure", "cases", "rules", "model", "difference"],
        [
            (
                each.question,
                each.measure,
                each.cases,
                f"{each.rules:.3f}",
                f"{each.model:.3f}",
                f"{each.model - each.rules:+.3f}",
            )
            for each in report.scores
        ],
        right=["cases", "rules", "model", "difference"],
    )
    if report.unread:
        output.say(f"{report.unread:,} files could not be read.", "dim")
    output.findings(list(dict.fromkeys(report.findings)))
