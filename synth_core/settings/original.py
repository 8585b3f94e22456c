"""Reads the configuration of the pipeline that we replace, a Python file, without running it.

Only what such a file needs is understood: literals, lists and dicts of them, names that were given before, `+`,
f-strings, and `os.environ.get`. Everything else is refused, with its line.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synth_core.errors import UsageError
from synth_core.model.base import Frozen

MOST_BYTES = 1 << 20
LONGEST = 100_000
"""Characters of a text, entries of a list; a few lines of additions could make texts that fill the memory."""
_HARMLESS = ("os", "typing", "__future__", "pathlib")
"""Modules that may be imported: nothing but `os.environ` is ever read of them."""


class Assigned(Frozen):
    """A name, what it is set to, and where."""

    name: str
    value: Any
    line: int
    variables: tuple[str, ...] = ()
    """Environment variables that the value comes from."""


def read_original(path: Path, variables: Mapping[str, str] | None = None) -> dict[str, Assigned]:
    """The names that the file sets. Raises UsageError, which names the line, for what can't be read."""
    try:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file.")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}.") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path}: longer than 1 MiB, so it is no configuration file.")
    try:
        tree = ast.parse(data)
    except SyntaxError as error:
        raise UsageError(f"{path}:{error.lineno or 1}: not Python: {error.msg}.") from None
    except (RecursionError, MemoryError):
        raise UsageError(f"{path}: its expressions are nested too deeply to be read.") from None
    except ValueError:
        raise UsageError(f"{path}: not Python: it holds characters or numbers that can't be read.") from None
    reader = _Reader(str(path), os.environ if variables is None else variables)
    try:
        for statement in tree.body:
            reader.statement(statement)
    except RecursionError:
        raise UsageError(f"{path}: its expressions are nested too deeply to be read.") from None
    return reader.found


class _Reader:
    def __init__(self, file: str, variables: Mapping[str, str]) -> None:
        self._file, self._variables = file, variables
        self._used: list[str] = []
        self.found: dict[str, Assigned] = {}

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Import(names=names):
                self._check_import(node, [alias.name for alias in names])
            case ast.ImportFrom(module=module):
                self._check_import(node, [module or "."])
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AnnAssign():
                return
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                before = self._name(node, name)
                self._set(name, self._add(node, before, self._value(value)), node.lineno)
            case _:
                raise self._refused(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if not isinstance(target, ast.Name):
            raise self._refused(target)
        self._used = []
        self._set(target.id, self._value(value), target.lineno)

    def _set(self, name: str, value: Any, line: int) -> None:
        used = tuple(dict.fromkeys(self._used))
        self.found[name] = Assigned(name=name, value=value, line=line, variables=used)

    def _check_import(self, node: ast.stmt, modules: list[str]) -> None:
        if any(module.partition(".")[0] not in _HARMLESS for module in modules):
            raise self._refused(node)

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=str() | int() | float() | bool() | None as value):
                return self._sized(node, value)
            case ast.Name(id=name):
                return self._name(node, name)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return self._sized(node, [self._value(each) for each in elements])
            case ast.Dict(keys=keys, values=values):
                return self._dict(node, keys, values)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self._value(operand)
                if isinstance(number, bool) or not isinstance(number, int | float):
                    raise self._refused(node)
                return -number
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._add(node, self._value(left), self._value(right))
            case ast.JoinedStr(values=parts):
                return self._sized(node, "".join(self._part(part) for part in parts))
            case ast.Call() | ast.Subscript():
                return self._variable(node)
            case _:
                raise self._refused(node)

    def _part(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                found = self._value(value)
                if isinstance(found, str | int | float):
                    return str(found)
        raise self._refused(node)

    def _add(self, node: ast.AST, left: Any, right: Any) -> Any:
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right))
        texts = isinstance(left, str) and isinstance(right, str)
        if numbers or texts or (isinstance(left, list) and isinstance(right, list)):
            return self._sized(node, left + right)
        raise self._refused(node)

    def _dict(self, node: ast.expr, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in zip(keys, values, strict=True):
            name = self._value(key) if key is not None else None
            if not isinstance(name, str):
                raise self._refused(key or node)
            found[name] = self._value(value)
        return self._sized(node, found)  # type: ignore[no-any-return]

    def _name(self, node: ast.AST, name: str) -> Any:
        if name not in self.found:
            raise self._refused(node, f"the name {name}, which is not set above")
        self._used += self.found[name].variables
        return self.found[name].value

    def _variable(self, node: ast.Call | ast.Subscript) -> Any:
        """`os.environ.get("NAME", default)`, `os.getenv(…)`, `os.environ["NAME"]`."""
        default: list[ast.expr] = []
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="os"), attr="environ"), attr="get")
                | ast.Attribute(value=ast.Name(id="os"), attr="getenv"),
                args=[ast.Constant(value=str() as variable), *default],
                keywords=[],
            ) if len(default) <= 1:
                pass
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id="os"), attr="environ"),
                slice=ast.Constant(value=str() as variable),
            ):
                pass
            case _:
                raise self._refused(node)
        self._used.append(variable)
        if variable in self._variables:
            return self._sized(node, self._variables[variable])
        if default:
            return self._value(default[0])
        if isinstance(node, ast.Call):
            return None
        raise self._refused(node, f"the environment variable {variable}, which is not set")

    def _sized(self, node: ast.AST, value: Any) -> Any:
        if isinstance(value, str | list | dict) and len(value) > LONGEST:
            raise self._refused(node, "a value that is far too long")
        return value

    def _refused(self, node: ast.AST, what: str = "") -> UsageError:
        line = getattr(node, "lineno", 0)
        return UsageError(
            f"{self._file}:{line}: {what or _named(node)} can't be read, as the file is not run.",
            hint="Values are texts, numbers, lists, dicts, `+`, f-strings of names set above, and "
            '`os.environ.get("NAME", "default")`.',
        )


def _named(node: ast.AST) -> str:
    """A piece of Python in words."""
    names = {
        ast.Call: "a call",
        ast.Import: "an import of another module",
        ast.ImportFrom: "an import of another module",
        ast.FunctionDef: "a function",
        ast.AsyncFunctionDef: "a function",
        ast.ClassDef: "a class",
        ast.If: "an `if`",
        ast.For: "a loop",
        ast.While: "a loop",
        ast.With: "a `with`",
        ast.Try: "a `try`",
        ast.ListComp: "a comprehension",
        ast.DictComp: "a comprehension",
        ast.SetComp: "a comprehension",
        ast.GeneratorExp: "a comprehension",
        ast.Lambda: "a function",
        ast.Subscript: "an element of something",
        ast.Attribute: "an attribute",
        ast.FormattedValue: "a formatted value",
        ast.BinOp: "this operation",
    }
    return names.get(type(node), "this")
