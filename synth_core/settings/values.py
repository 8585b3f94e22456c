"""From what stands in a file or a variable to a value, or an error that says where and what would be right."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from synth_core.errors import UsageError
from synth_core.model.allowed import parse_pattern
from synth_core.settings.parameters import Kind, Parameter
from synth_core.settings.secrets import credential_in, masked

LONGEST = 4096
MOST_ENTRIES = 10_000
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_PROJECT = re.compile(r"(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9][A-Za-z0-9_-]*")
_TABLE = re.compile(r"(?:(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9_-]+\.)?\w+\.[\w-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](?:/.*)?")


@dataclass(frozen=True)
class Raw:
    """A value as it was given."""

    value: Any
    origin: str
    """`synth.toml:12`, `environment PROJECT_ID`, `command line`."""
    called: str
    """The name it was given under."""
    base: Path | None = None
    """What relative paths begin at; None: the working directory, when they are used."""
    is_text: bool = False
    """From the environment, where everything is text."""
    entry: Callable[[str], str] = lambda name: ""
    """Where an entry of a table stands, if that can be said better than by `origin`."""


def convert(parameter: Parameter, raw: Raw) -> Any:
    """The value, typed and within its limits. Raises UsageError."""
    found = _Reader(parameter, raw)
    return found.read()


class _Reader:
    def __init__(self, parameter: Parameter, raw: Raw) -> None:
        self._parameter, self._raw = parameter, raw

    def read(self) -> Any:
        kind, value = self._parameter.kind, self._raw.value
        if kind.is_table:
            return self._table(value)
        if kind in (Kind.NAMES, Kind.ADDRESSES, Kind.PATTERNS):
            return tuple(self._one(each) for each in self._list(value))
        if kind is Kind.FLAG:
            return self._flag(value)
        if kind in (Kind.WHOLE, Kind.NUMBER):
            return self._number(value, whole=kind is Kind.WHOLE)
        return self._one(value)

    def _one(self, value: Any) -> Any:
        """A text of the parameter's kind."""
        if isinstance(value, Path) and self._parameter.kind is Kind.FOLDER:
            return value.absolute()
        text, kind, called = self._text(value), self._parameter.kind, self._raw.called
        if self._parameter.choices:
            for choice in self._parameter.choices:
                if text.lower() == choice.lower():
                    return choice
            raise self._wrong(text, f"it is one of {', '.join(map(repr, self._parameter.choices))}")
        if not text and self._parameter.name != "export_delimiter":
            if kind in (Kind.NAMES, Kind.ADDRESSES, Kind.PATTERNS):
                raise self._wrong(text, "a name in the list is empty")
            return text
        if kind is Kind.PROJECT and not _PROJECT.fullmatch(text):
            raise self._wrong(text, "a project id has letters, digits and hyphens")
        if kind is Kind.DATASET and not re.fullmatch(r"\w+", text):
            raise self._wrong(text, "a dataset has letters, digits and underscores; its project stands apart")
        if kind is Kind.TABLE:
            return self._full_table(text)
        if kind is Kind.BUCKET:
            return self._bucket(text)
        if kind is Kind.URL and urlsplit(text).scheme not in ("http", "https"):
            raise self._wrong(text, "a URL begins with http:// or https://")
        if kind is Kind.FOLDER:
            return Path(self._raw.base or Path.cwd(), Path(text).expanduser()).absolute()
        if kind in (Kind.ADDRESS, Kind.ADDRESSES, Kind.PLACES, Kind.FILES):
            return _based(text, self._raw.base)
        if kind is Kind.PATTERNS:
            try:
                parse_pattern(text, self._raw.base)
            except UsageError as error:
                raise UsageError(f"{self._raw.origin}: {called}: {error.message}", hint=error.hint) from None
            return text if self._raw.base is None else _based_pattern(text, self._raw.base)
        if self._parameter.name == "export_delimiter":
            text = "\t" if text == "\\t" else text
            if len(text) != 1 or text.isalnum() or text in "\"'":
                raise self._wrong(text, "a delimiter is one character, and no quote, letter or digit")
        return text

    def _text(self, given: Any) -> str:
        if not isinstance(given, str):
            raise self._type(given, "text")
        value: str = given
        self._check_secret(value)
        if len(value) > LONGEST:
            raise self._fault(f"a text of {len(value):,} characters; {LONGEST:,} is the most")
        if self._parameter.name != "export_delimiter":
            value = value.strip()
        if any(ord(each) < 32 or ord(each) == 127 for each in value) and value != "\t":
            raise self._fault("a text with control characters, such as a line end")
        return value

    def _list(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            self._check_secret(value)
            if self._raw.is_text and value.lstrip().startswith("["):
                value = self._json(value, list, '["a", "b"]')
            elif self._parameter.kind is Kind.ADDRESSES:
                # Commas stand between the tables of an address.
                value = [value] if value.strip() else []
            else:
                value = [each for each in re.split(r"[,\n]", value) if each.strip()]
        if not isinstance(value, list | tuple):
            raise self._type(value, "a list of texts")
        if len(value) > MOST_ENTRIES:
            raise self._fault(f"a list of {len(value):,}; {MOST_ENTRIES:,} is the most")
        return list(value)

    def _flag(self, value: Any) -> bool:
        if self._raw.is_text and isinstance(value, str):
            word = value.strip().lower()
            if word in (*_TRUE, *_FALSE):
                return word in _TRUE
        if not isinstance(value, bool):
            raise self._type(value, "true or false")
        return value

    def _number(self, value: Any, *, whole: bool, at: str = "") -> float:
        wanted = "a whole number" if whole else "a number"
        if self._raw.is_text and isinstance(value, str):
            try:
                value = (int if whole else float)(value.strip())
            except ValueError:
                raise self._type(value, wanted, at) from None
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise self._type(value, wanted, at)
        least, most = self._parameter.least, self._parameter.most
        if not math.isfinite(value) if isinstance(value, float) else False:
            raise self._type(value, wanted, at)
        if (least is not None and value < least) or (most is not None and value > most):
            shown = f"{value:,}" if abs(value) < 10**30 else "a number that is far too large"
            raise self._fault(f"{shown}; it is from {_plain(least)} to {_plain(most)}", at)
        return value if whole else float(value)

    def _table(self, value: Any) -> dict[str, Any]:
        if self._raw.is_text and isinstance(value, str):
            self._check_secret(value)
            value = self._entries(value)
        if not isinstance(value, Mapping):
            raise self._type(value, "a table of names and values")
        if len(value) > MOST_ENTRIES:
            raise self._fault(f"{len(value):,} entries; {MOST_ENTRIES:,} is the most")
        found: dict[str, Any] = {}
        for name, each in value.items():
            if not isinstance(name, str) or not name.strip():
                raise self._fault("an entry without a name")
            found[name.strip()] = self._entry(name, each)
        return found

    def _entry(self, name: str, value: Any) -> Any:
        if self._parameter.kind is Kind.COUNTS:
            return self._number(value, whole=True, at=name)
        if self._parameter.kind is Kind.PLACES:
            if not isinstance(value, str):
                raise self._type(value, "an address", name)
            return self._one(value)
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise self._type(value, "a pair of numbers, [in, out]", name)
        dollars_in, dollars_out = (self._number(each, whole=False, at=name) for each in value)
        return (dollars_in, dollars_out)

    def _entries(self, text: str) -> Any:
        """A JSON object, or `orders=100,customers=20`."""
        if text.lstrip().startswith("{"):
            return self._json(text, dict, '{"orders": 100}')
        found: dict[str, Any] = {}
        for entry in filter(str.strip, text.split(",")):
            name, sign, value = entry.rpartition("=")
            if not sign or self._parameter.kind is Kind.PRICES:
                raise self._fault('no JSON object, {"name": value}')
            found[name] = value.strip()
        return found

    def _json(self, text: str, wanted: type, example: str) -> Any:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, wanted):
            raise self._fault(f"no JSON; it is written like {example}")
        return found

    def _full_table(self, text: str) -> str:
        plain = text.replace("`", "").removeprefix("bigquery:")
        if not _TABLE.fullmatch(plain):
            raise self._wrong(text, "it is written project.dataset.table, or dataset.table beside the target")
        return plain

    def _bucket(self, text: str) -> str:
        plain = text.removeprefix("gs://").rstrip("/")
        if not _BUCKET.fullmatch(plain):
            raise self._wrong(text, "a bucket has small letters, digits and hyphens, like `my-bucket`")
        return f"gs://{plain}"

    def _check_secret(self, value: str) -> None:
        if what := credential_in(value):
            raise self._fault(
                f"{what} by its looks",
                hint="Credentials don't belong here: `gcloud auth application-default login` provides them.",
            )

    def _wrong(self, text: str, right: str) -> UsageError:
        shown = masked(text if len(text) <= 60 else f"{text[:57]}…")
        return self._fault(f"{shown!r}; {right}")

    def _type(self, value: Any, wanted: str, at: str = "") -> UsageError:
        if isinstance(value, str):
            self._check_secret(value)
            shown = repr(masked(value if len(value) <= 60 else f"{value[:57]}…"))
        elif isinstance(value, bool):
            shown = str(value).lower()
        elif isinstance(value, float):
            shown = str(value)
        elif isinstance(value, int):
            shown = str(value) if abs(value) < 10**30 else "a number that is far too large"
        else:
            names = {list: "a list", tuple: "a list", dict: "a table"}
            shown = next((name for kind, name in names.items() if isinstance(value, kind)), "a date or time")
        return self._fault(f"{shown}; it has to be {wanted}", at)

    def _fault(self, found: str, at: str = "", *, hint: str = "") -> UsageError:
        raw = self._raw
        place = (raw.entry(at) if at else "") or raw.origin
        return UsageError(f"{place}: {raw.called}{f'.{at}' if at else ''} is {found}.", hint=hint)


def _plain(number: float | None) -> str:
    return "any" if number is None else f"{number:,.0f}"


def _based(address: str, base: Path | None) -> str:
    """An address of this machine, from a file, begins where the file is."""
    if base is None or not address or re.match(r"bigquery:|gs:", address):
        return address
    name, sign, pattern = address.partition("=")
    if sign and name and "/" not in name and "*" not in name and not Path(base, address).exists():
        return f"{name}={_based(pattern, base)}"
    if address.startswith("duckdb:"):
        return f"duckdb:{_path(address.removeprefix('duckdb:'), base)}"
    return address if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", address) else _path(address, base)


def _based_pattern(pattern: str, base: Path) -> str:
    return pattern if pattern == "*" else _based(pattern, base)


def _path(path: str, base: Path) -> str:
    return str(Path(base, Path(path).expanduser())) if path else path
