"""Writes a configuration of the pipeline that we replace as our `synth.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.settings.original import Assigned, read_original
from synth_core.settings.parameters import PARAMETERS, Kind, Parameter
from synth_core.settings.secrets import credential_in, is_secret_name
from synth_core.settings.values import Raw, convert

MODEL = "MODEL_ID"
"""The original's name for its model."""
_MADE = ("batch_id", "output_gcs_path", "staging_gcs_path", "staging_path_bigquery")
"""Names that the original sets itself when it runs."""


class Imported(Frozen):
    """What became of an original configuration."""

    text: str
    """Our `synth.toml`."""
    taken: dict[str, str]
    """Parameters of ours by the names that they had."""
    left_out: tuple[str, ...] = ()
    """What was not taken over, and why, a sentence each."""


def import_config(path: Path, variables: Mapping[str, str] | None = None) -> Imported:
    """Read an original `config_vars.py`, without running it. Raises UsageError, which names the line, for what can't be
    read or can't be right, and where it has none of the original's parameters."""
    found = read_original(path, variables)
    by_name = _parameters()
    document = tomlkit.document()
    document.add(tomlkit.comment(f"Imported from {path.name}. Every parameter: docs/configuration.md"))
    taken: dict[str, str] = {}
    left_out: list[str] = []
    tables: list[tuple[Parameter, Assigned, dict[str, Any]]] = []
    for assigned in found.values():
        parameter = by_name.get(assigned.name)
        if parameter is None:
            if why := _left_out(path, assigned):
                left_out.append(why)
            continue
        if assigned.value is None:
            continue
        if parameter.name in taken:
            raise UsageError(
                f"{path}:{assigned.line}: {assigned.name} and {taken[parameter.name]} are the same parameter."
            )
        value = _converted(path, parameter, assigned)
        taken[parameter.name] = assigned.name
        if parameter.kind.is_table:
            tables.append((parameter, assigned, value))
        elif value not in ("", ()):
            document.add(tomlkit.nl())
            document.add(tomlkit.comment(_was(assigned)))
            document.add(parameter.name, _item(value))
    if not taken:
        raise UsageError(
            f"{path}: it sets none of the names that a configuration has.",
            hint=f"Those are {', '.join(each.original for each in PARAMETERS.values() if each.original)}.",
        )
    _add_ours(document, found.get(MODEL), left_out)
    for parameter, assigned, value in tables:
        if value:
            document.add(parameter.name, _table(value, _was(assigned)))
    return Imported(text=tomlkit.dumps(document).rstrip() + "\n", taken=taken, left_out=tuple(left_out))


def _parameters() -> dict[str, Parameter]:
    """Our parameters by the names that the original has for them."""
    found = {each.original: each for each in PARAMETERS.values() if each.original}
    # It asks its model there, and nothing else: the datasets that it writes to are there before, wherever that is.
    found["LOCATION"] = PARAMETERS["model_location"]
    return found | {name.upper(): each for name, each in found.items()}


def _converted(path: Path, parameter: Parameter, assigned: Assigned) -> Any:
    """The value as ours, checked like any other. Raises UsageError."""
    from_text = bool(assigned.variables) and isinstance(assigned.value, str)
    raw = Raw(
        value=assigned.value,
        origin=f"{path}:{assigned.line}",
        called=assigned.name,
        is_text=from_text,
    )
    value = convert(parameter, raw)
    # Addresses of this machine stay as they are written: they begin where the program is started.
    if parameter.kind is Kind.FILES:
        return value.strip()
    return value


def _left_out(path: Path, assigned: Assigned) -> str:
    """Why a name is no parameter; empty for what needs no word."""
    if assigned.name in (*_MADE, MODEL) or assigned.name.startswith("__"):
        return ""
    value = assigned.value
    if is_secret_name(assigned.name) or (isinstance(value, str) and credential_in(value)):
        return f"{path}:{assigned.line}: {assigned.name} is not copied, as it looks like a credential."
    return f"{path}:{assigned.line}: {assigned.name} is not copied: there is no such parameter."


def _was(assigned: Assigned) -> str:
    text = f"{assigned.name} in line {assigned.line}"
    if assigned.variables:
        text += f", from the environment: {', '.join(assigned.variables)}"
    return text


def _add_ours(document: tomlkit.TOMLDocument, model: Assigned | None, left_out: list[str]) -> None:
    """What the original does without being told."""
    document.add(tomlkit.nl())
    document.add(
        tomlkit.comment(
            "The original always copies its input to the bucket first. It is removed after the run."
        )
    )
    document.add("stage", tomlkit.item(True))
    document.add(tomlkit.nl())
    document.add(tomlkit.comment("The original writes CSV with commas and a header, whatever the table."))
    document.add("export_format", tomlkit.item("csv"))
    document.add("export_delimiter", tomlkit.item(","))
    document.add("export_header", tomlkit.item(True))
    document.add(tomlkit.nl())
    document.add(tomlkit.comment("The original appends to what the target has."))
    document.add("mode", tomlkit.item("append"))
    document.add(tomlkit.nl())
    document.add(
        tomlkit.comment(
            "Rules draft the recipe, and no row leaves the project. `gemini` asks the models below."
        )
    )
    document.add("model", tomlkit.item("rules"))
    if model is not None and isinstance(model.value, str) and not credential_in(model.value):
        said = f"MODEL_ID was {model.value!r} in line {model.line}; "
        document.add(tomlkit.comment(f"{said}set `models` to use one of that name with `gemini`."))


def _item(value: Any) -> Any:
    if isinstance(value, tuple):
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(len(value) > 1)
    return tomlkit.item(value)


def _table(values: Mapping[str, Any], comment: str) -> Table:
    table = tomlkit.table()
    table.comment(comment)
    for name, value in values.items():
        table.add(tomlkit.key(name) if _is_bare(name) else tomlkit.key([name]), value)
    return table


def _is_bare(name: str) -> bool:
    return bool(name) and all(each.isascii() and (each.isalnum() or each in "-_") for each in name)
