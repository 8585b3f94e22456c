"""Commands of the configuration: config, import-config; and the option --config, which every command has."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from synth_core.cli.options import AsJson
from synth_core.cli.output import Output, plural
from synth_core.errors import UsageError
from synth_core.settings import CONFIG, FILE, PARAMETERS, config_file, load, masked
from synth_core.settings.importing import import_config as read_and_write
from synth_core.settings.job import job_of
from synth_core.settings.shown import shown_parameters

Config = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help=f"The configuration; default: ${CONFIG}, else {FILE} in the working directory.",
    ),
]


def give_all_commands_the_option(app: typer.Typer) -> None:
    """Add --config to each command that is registered."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _with_option(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            give_all_commands_the_option(group.typer_instance)


def _with_option(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def configured(*arguments: Any, config: str | None = None, **options: Any) -> Any:
        with _used(config):
            return command(*arguments, **options)

    # Typer reads types from the signature; as texts only the command's own module could resolve them.
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    shown = [each.replace(annotation=hints[each.name]) for each in signature.parameters.values()]
    option = inspect.Parameter("config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Config)
    configured.__signature__ = signature.replace(parameters=[*shown, option])  # type: ignore[attr-defined]
    configured.__annotations__ = {**hints, "config": Config}
    return configured


@contextmanager
def _used(path: str | None) -> Iterator[None]:
    """Say in the environment which configuration holds: the processes of a run see it there, too."""
    if path is None:
        yield
        return
    before = os.environ.get(CONFIG)
    os.environ[CONFIG] = str(Path(path).expanduser().absolute())
    try:
        yield
    finally:
        os.environ.pop(CONFIG, None)
        if before is not None:
            os.environ[CONFIG] = before


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(config)
    app.command()(import_config)


def config(as_json: AsJson = False) -> None:
    """Every parameter, its value, and where that comes from."""
    output = Output(as_json)
    settings, file = load(), config_file()
    output.result(
        {
            "file": file.name if file else None,
            "parameters": [
                {
                    "name": each.name,
                    "value": _plain(getattr(settings, each.name)),
                    "origin": settings.origin(each.name),
                    "original": each.original or None,
                }
                for each in PARAMETERS.values()
            ],
        }
    )
    output.say(
        f"Configuration: {file.name}" if file else f"There is no {FILE} here, and {CONFIG} names none."
    )
    output.grid(
        "",
        ["parameter", "value", "from"],
        [(each.name, each.value, each.origin) for each in shown_parameters(settings)],
        whole=["from"],
    )


def import_config(
    original: Annotated[Path, typer.Argument(metavar="CONFIG_VARS", help="The Python file. It is not run.")],
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path(FILE),
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make synth.toml of a config_vars.py, without running it."""
    output = Output(as_json)
    imported = read_and_write(original)
    if not force and os.path.lexists(out):
        raise UsageError(
            f"{out} is there already.", hint="Name another with --out, or write over it with --force."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(imported.text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror or error}.") from error
    output.result({"file": str(out), "parameters": imported.taken, "left_out": list(imported.left_out)})
    output.say(f"{out} has {plural(len(imported.taken), 'parameter')} of {original}.")
    for name, called in imported.taken.items():
        output.say(f"  {called} is {name}", "dim")
    for sentence in imported.left_out:
        output.note(sentence)
    lacking = _lacking(out)
    if lacking:
        output.note(f"before `synth quickstart` can run: {lacking}")
    else:
        output.say("Next: synth quickstart", "dim")


def _plain(value: Any) -> Any:
    """A value for JSON, without credentials."""
    if isinstance(value, Mapping):
        return {masked(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float) else masked(str(value))


def _lacking(path: Path) -> str:
    """Why the job of a configuration can't run as it is; empty where it can."""
    try:
        job_of(load(environment={CONFIG: str(path)}))
    except UsageError as error:
        return str(error)
    return ""
