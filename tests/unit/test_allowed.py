"""Patterns of allowed places: every spelling of an address is the same address."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_core.errors import UsageError
from synth_core.model.allowed import is_allowed, parse_pattern


def allowed(uri: str, *patterns: str, only: tuple[str, ...] = ()) -> bool:
    return is_allowed(uri, [parse_pattern(each) for each in patterns], only)


@pytest.mark.parametrize(
    ("uri", "pattern"),
    [
        ("bigquery:prod.sales", "bigquery:prod.*"),
        ("bigquery:prod.sales", "bigquery:prod"),
        ("bigquery:PROD.sales", "bigquery:prod.sales"),
        ("bigquery:prod.sales", "bigquery:Prod.sales.*"),
        ("bigquery:prod.sales.orders", "bigquery:prod.sales"),
        ("bigquery:prod.sales#orders,lines", "bigquery:prod.*.*"),
        ("bigquery:prod.sales.orders_1,orders_2", "bigquery:prod.sales.orders_*"),
        ("bigquery:example.com:prod.sales", "bigquery:example.com:prod.*"),
        ("bigquery:a.b", "*"),
        ("gs://raw", "gs://raw"),
        ("gs://raw/in", "gs://raw/*"),
        ("gs://raw/in", "gs://raw/in/*"),
        ("gs://raw/in/", "gs://raw/in"),
        ("gs://raw/in/2026/a.csv", "gs://raw/in/*"),
        ("gs://raw/in/*.csv", "gs://raw/in/*"),
        ("gs://raw-1/x", "gs://raw-*"),
    ],
)
def test_what_is_covered(uri: str, pattern: str) -> None:
    assert allowed(uri, pattern)


@pytest.mark.parametrize(
    ("uri", "pattern"),
    [
        ("bigquery:prod.sales", "bigquery:pro"),
        ("bigquery:prod.sales", "bigquery:prod.sale"),
        ("bigquery:prod.Sales", "bigquery:prod.sales"),  # their case matters
        ("bigquery:prod2.sales", "bigquery:prod.*"),
        ("bigquery:prod.sales", "bigquery:prod.sales.orders"),  # the whole is more than one table
        ("bigquery:prod.sales#orders,lines", "bigquery:prod.sales.orders"),
        ("bigquery:prod.sales.orders$2024", "bigquery:prod.sales.orders"),
        ("bigquery:a:prod.sales", "bigquery:prod.*"),
        ("gs://raw", "gs://raw/in/*"),
        ("gs://raw/internal", "gs://raw/in/*"),
        ("gs://raw/i*", "gs://raw/in/*"),
        ("gs://raw/in/*", "gs://raw/in/*.csv"),
        ("gs://raw//in/a.csv", "gs://raw/in/*"),  # another object
        ("gs://raw/in?/x", "gs://raw/in/*"),
        ("gs://raw2/in", "gs://raw/*"),
        ("gs://raw/in", "bigquery:*"),
        ("duckdb:x.db", "/*"),
        ("x.csv", "duckdb:/*"),
    ],
)
def test_what_is_not(uri: str, pattern: str) -> None:
    assert not allowed(uri, pattern)


def test_only_some_tables_of_a_dataset() -> None:
    assert allowed("bigquery:p.d", "bigquery:p.d.orders*", only=("orders", "orders_2"))
    assert not allowed("bigquery:p.d", "bigquery:p.d.orders*", only=("orders", "people"))
    assert allowed("bigquery:p.d", "bigquery:p.d.orders", "bigquery:p.d.people", only=("orders", "people"))


def test_paths_are_compared_where_they_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "in").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "way").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    pattern = f"{tmp_path}/data/*"
    inside = ["data", "data/in", "./data//in/", "way/in/x.csv", "secret/../data", f"{tmp_path}/data/in/*.csv"]
    outside = [
        "secret",
        "data/link",
        "data/../secret",
        "data/link/x.csv",
        "data2",
        "/proc/self/root/etc",
        "data/lin?",
    ]
    assert [uri for uri in inside if not allowed(uri, pattern)] == []
    assert [uri for uri in outside[:-1] if allowed(uri, pattern)] == []
    assert [uri for uri in inside[:-1] if not allowed(f"duckdb:{uri}", "duckdb:data/*")] == []
    assert [uri for uri in outside[:-1] if allowed(f"duckdb:{uri}", "duckdb:data/*")] == []
    assert allowed("way/in", "way/*"), "a pattern may lead through a link, too"
    with pytest.raises(UsageError, match=r"behind a `\*`"):
        allowed("data/in/*/../../secret", pattern)
    with pytest.raises(UsageError, match="no folders in Cloud Storage"):
        allowed("gs://raw/in/../secret", "gs://raw/in/*")


@pytest.mark.parametrize(
    "text", ["", "gs://", "gs:raw", "bigquery:", "bigquery:a.b.c.d", "s3://x", "a?b", "duckdb:", "[x]"]
)
def test_a_pattern_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_pattern(text)


PIECES = st.lists(st.sampled_from(["a", "b", "*", "/", "."]), min_size=1, max_size=7).map("".join)


@given(PIECES, PIECES, st.lists(st.sampled_from(["", "a", "b", "/", "ab", "."]), min_size=6, max_size=6))
def test_whatever_an_allowed_pattern_of_objects_means_is_allowed(
    address: str, pattern: str, fillings: list[str]
) -> None:
    """An address with `*` stands for many: if it passes, then each of them does."""
    try:
        passes = allowed(f"gs://raw/{address}", f"gs://raw/{pattern}")
    except UsageError:
        return
    if passes:
        name = address.rstrip("/")
        for filling in fillings:
            name = name.replace("*", filling, 1)
        folder = pattern.removesuffix("/*").rstrip("/")
        fits = any(
            fnmatch.fnmatchcase(name.replace("*", ""), each) for each in (pattern, folder, f"{folder}/*")
        )
        assert fits or pattern == "*" or folder == "", (name, pattern)
