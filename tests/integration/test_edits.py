"""Editing what was inferred, on real files and by the command line: a person's word stays, whatever is read again."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from small_shop import Synth, count, database, done, folder

from synth_core import api
from synth_core.access import Person, Role
from synth_core.api import Desk
from synth_core.errors import AccessError, ConflictError, ProjectError, SourceError
from synth_core.model.dialect import Dialect
from synth_core.model.edits import SetDialect, SetMeaning, SetType, SetWanted
from synth_core.model.inferred import Origin
from synth_core.model.types import INT64, STRING


@pytest.fixture(scope="module")
def inferred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a project `p` over three files, inferred; the source lies beside it."""
    place = tmp_path_factory.mktemp("inferred")
    home = place / "home"
    api.init("p", str(folder(place / "source")), str(place / "out"), home=home)
    api.infer("p", home=home)
    return place


@pytest.fixture
def source(inferred: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The source of a copy of that project, whose files are as they were when they were read."""
    shutil.copytree(inferred, tmp_path, dirs_exist_ok=True)
    for file in ("project.yaml", "profile.json"):
        path = tmp_path / "home" / "p" / file
        path.write_text(path.read_text().replace(str(inferred), str(tmp_path)))
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    api.record("p")
    yield tmp_path / "source"


EVERYTHING = [
    "orders.column_1.name=Order ID",
    "customers.full_name.meaning=person_name",
    "customers.balance.personal=true",
    "customers.city.mode=REQUIRED",
    "customers.balance.type=STRING",
    "orders.column_3.format=%Y-%m-%d",
    "orders.key=Order ID, column_2",
    "orders.wanted=7",
    "orders.dialect.null_tokens=NULL",
    "link order_lines(line_no) -> customers(customer_id)",
    "unlink order_lines.order_id -> orders.Order ID",
    "rule order_lines(line_no <= quantity)",
    "exposure=schema",
    "target.mode=replace",
]


def test_a_persons_word_stays_when_the_project_is_inferred_again(source: Path, synth: Synth) -> None:
    said = done(synth("edit", "p", *EVERYTHING, "--note", "mine", "--json")).data
    assert said["changed"] and said["findings"] == []
    before = api.open("p").project
    assert api.versions("p")[0].version.note == "mine"
    done(synth("infer", "p"))
    after = api.open("p").project
    assert after.table("orders").columns[0].name == "Order ID"
    for name in ("orders", "customers", "order_lines"):
        old, new = before.table(name), after.table(name)
        assert (new.key_columns, new.wanted, new.dialect) == (old.key_columns, old.wanted, old.dialect)
        for column in old.columns:
            now = new.column(column.name)
            for part in ("type", "mode", "meaning", "personal"):
                if getattr(column, part).origin is Origin.HUMAN:
                    assert getattr(now, part) == getattr(column, part), f"{name}.{column.name} {part}"
            assert now.format == column.format
    human = [link for link in before.links if link.accepted.origin is Origin.HUMAN]
    assert human and [link for link in after.links if link.accepted.origin is Origin.HUMAN] == human
    assert [rule.value.columns for rule in after.table("order_lines").rules] == [("line_no", "quantity")]
    assert (after.exposure.value, after.target.mode) == ("schema", "replace")


def test_what_is_accepted_stays_and_nothing_else_changes(source: Path, synth: Synth) -> None:
    done(synth("edit", "p", "--accept", "0", "--accept-keys", "0"))
    path = source.parent / "home" / "p" / "project.yaml"
    before = path.read_text()
    assert "origin: measured" not in before.replace("  origin: measured\n    evidence: part of", "")
    done(synth("infer", "p"))
    assert path.read_text() == before


def test_a_rejected_rule_and_a_rejected_link_do_not_come_back(source: Path, synth: Synth) -> None:
    text = (source / "order_lines.tsv").read_text().splitlines()
    dated = [f"{text[0]}\tordered\tshipped"]
    dated += [
        f"{line}\t2024-01-{n % 20 + 1:02}\t2024-01-{n % 20 + 2 + n % 5:02}" for n, line in enumerate(text[1:])
    ]
    (source / "order_lines.tsv").write_text("\n".join(dated) + "\n")
    done(synth("infer", "p"))
    rules = [str(rule.value) for rule in api.open("p").project.table("order_lines").rules]
    assert "ordered ≤ shipped" in rules
    links = [str(link) for link in api.open("p").project.accepted_links]
    done(
        synth(
            "edit",
            "p",
            "unrule order_lines(ordered <= shipped)",
            "reject orders.column_2 -> customers.customer_id",
        )
    )
    done(synth("infer", "p"))
    after = api.open("p").project
    rules.remove("ordered ≤ shipped")
    assert [str(rule.value) for rule in after.table("order_lines").rules] == rules
    assert [str(link) for link in after.accepted_links] == [link for link in links if "customers" not in link]


def test_columns_that_a_person_tied_refer_to_nothing_else(source: Path, synth: Synth) -> None:
    """Measured, they would refer to customers again; the link that a person took away is not even remembered."""
    path = source.parent / "home" / "p" / "project.yaml"
    data = yaml.safe_load(path.read_text())
    data["links"] = []
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    done(synth("edit", "p", "link orders.column_2 -> order_lines.line_no"))
    done(synth("infer", "p"))
    found = [str(link) for link in api.open("p").project.links if link.table == "orders"]
    assert found == ["orders(column_2) → order_lines(line_no)"]


def test_edits_of_two_people_merge_or_are_both_shown(source: Path, synth: Synth) -> None:
    base = api.open("p").version
    assert base is not None
    api.edit("p", [SetMeaning(table="customers", column="city", meaning="country")], base)
    api.edit("p", [SetType(table="customers", column="balance", type=STRING)], base)
    city = api.open("p").project.table("customers").column("city")
    assert city.meaning.value == "country"
    before = api.open("p").version
    said = synth(
        "edit", "p", "customers.city.meaning=company_name", "orders.wanted=3", "--base", base
    )  # fmt: skip
    assert said.code == 1 and api.open("p").version == before
    assert "meaning of customers.city was changed" in said.err
    assert "city → country" in said.err and "city → company_name" in said.err
    with pytest.raises(ConflictError) as told:
        api.edit("p", ["customers.city.meaning=company_name"], base)
    [clash] = told.value.clashes
    assert (clash.base, clash.theirs, clash.mine) == ("city", "country", "company_name")


def test_an_edit_made_in_the_folder_is_merged_too(source: Path) -> None:
    base = api.open("p").version
    path = source.parent / "home" / "p" / "project.yaml"
    path.write_text(path.read_text().replace("wanted: 120", "wanted: 11"))
    stored = api.edit("p", [SetType(table="customers", column="balance", type=STRING)], base)
    assert stored.project.table("orders").wanted == 11
    with pytest.raises(ConflictError):
        api.edit("p", [SetWanted(table="orders", wanted=12)], base)


def test_nothing_to_change_makes_no_version(source: Path, synth: Synth) -> None:
    done(synth("edit", "p", "orders.wanted=5"))
    before = api.open("p").version
    assert "says so already" in done(synth("edit", "p", "orders.wanted=5")).out
    assert api.open("p").version == before


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "nothing to edit"),
        (("bla",), 2, "is no edit"),
        (("orders.nix.type=INT64",), 1, "There is no column orders.nix. orders has column_1"),
        (("orders.column_1.type=INTEGR",), 2, "expected a BigQuery type"),
        (("orders.dialect.delimiter=ab",), 2, "a delimiter is one character"),
        (("orders.dialect.nix=1",), 2, "a dialect has no 'nix'"),
        (("link orders.column_2 > customers",), 2, "is no edit"),
        (("link nix.a -> customers.customer_id",), 2, "names no column of a table"),
        (("target=SOURCE",), 1, "source"),
        (("--accept", "90"), 2, "a number from 0 to 1"),
    ],
)
def test_what_is_no_edit_is_said_and_nothing_is_saved(
    source: Path, synth: Synth, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = api.open("p").version
    said = synth("edit", "p", *(each.replace("SOURCE", str(source)) for each in arguments))
    assert (said.code, api.open("p").version) == (code, before)
    assert words in said.err


class TestDialects:
    def test_a_person_splits_a_file_otherwise(self, source: Path, synth: Synth) -> None:
        """Without a header, from the second line on, split at the wrong sign: names and width follow."""
        done(synth("edit", "p", "customers.dialect.delimiter=,", "customers.dialect.header_rows=0"))
        found = api.open("p").project.table("customers").dialect
        assert found is not None and found.value.banner == ("HEADER|customers|2024",)
        said = synth("infer", "p")
        assert said.code == 1 and "customers.csv, line 3: the row has 2 values, the table has 1" in said.err
        done(synth("edit", "p", "customers.dialect.delimiter=;", "customers.dialect.banner=2"))
        done(synth("infer", "p"))
        table = api.open("p").project.table("customers")
        assert table.dialect is not None
        assert table.dialect.value.banner == ("HEADER|customers|2024", "customer_id;full_name;city;balance")
        assert (len(table.columns), table.rows) == (4, 60)
        # And back: the header is one again, with the names that it has.
        done(synth("edit", "p", "customers.dialect.banner=1", "customers.dialect.header_rows=1"))
        done(synth("infer", "p"))
        names = [column.name for column in api.open("p").project.table("customers").columns]
        assert names == ["customer_id", "full_name", "city", "balance"]

    def test_the_beginning_is_shown_as_it_would_be_split(self, source: Path) -> None:
        api.edit("p", ["customers.full_name.personal=true"])
        now = api.reread("p", "customers")
        assert now.names == ("customer_id", "full_name", "city", "balance")
        assert now.rows[0] == ("1", "Aaa Aaaaaa 9", "Köln", "3,15"), "a person's name is its shape"
        assert (now.looked_at, now.uneven, now.misfits) == (60, 0, {})
        before = api.open("p").project.table("customers").dialect
        assert before is not None
        other = api.reread("p", "customers", before.value.model_copy(update={"delimiter": ",", "banner": ()}))
        assert other.names == ("HEADER|customers|2024",)
        assert "Müller" not in str(other.rows), "where nobody knows the columns, all are shapes"
        assert other.uneven > 0
        none = api.reread("p", "customers", before.value.model_copy(update={"banner": ("",) * 99}))
        assert none.problem and none.rows == ()
        api.edit("p", [SetType(table="customers", column="city", type=INT64)])
        assert api.reread("p", "customers").misfits == {"city": 60}

    def test_a_packed_file_and_what_has_no_dialect(self, source: Path) -> None:
        found = api.reread("p", "orders", Dialect(delimiter="|", header_rows=1))
        assert found.names == ("5001", "2", "2024-02-11", "open")
        with pytest.raises(ProjectError, match="There is no table 'nix'"):
            api.reread("p", "nix")
        (source / "orders.dat.gz").unlink()
        with pytest.raises(SourceError, match="can't be read"):
            api.reread("p", "orders")

    def test_rows_of_the_source_are_for_editors(self, source: Path) -> None:
        desk = Desk(Person("vera", Role.VIEWER))
        with pytest.raises(AccessError):
            desk.do(api.reread, "p", "customers")
        with pytest.raises(AccessError):
            desk.do(api.edit, "p", ["orders.wanted=5"])
        assert desk.do(api.attention, "p") is not None


class TestSources:
    def told(self) -> list[tuple[str, str, str]]:
        return [(each.table, each.what, each.message) for each in api.source_changes("p")]

    def test_files_that_changed_are_named(self, source: Path, synth: Synth) -> None:
        assert self.told() == []
        lines = source / "order_lines.tsv"
        lines.write_text(lines.read_text() + "5001\t3\t1\n")
        customers = source / "customers.csv"
        customers.write_bytes(customers.read_bytes().replace(b"balance", b"saldo"))
        (source / "orders.dat.gz").unlink()
        (source / "returns.csv").write_text("a,b\n1,2\n")
        found = {(table, what): message for table, what, message in self.told()}
        assert set(found) == {
            ("order_lines", "rows"), ("customers", "rows"), ("customers", "schema"), ("orders", "gone"),
            ("returns", "new"),
        }  # fmt: skip
        assert found["customers", "schema"] == "saldo is new; balance is gone."
        assert "bytes before" in found["order_lines", "rows"]
        assert "saldo is new" in done(synth("attention", "p", "--source")).out
        done(synth("infer", "p"))
        assert "as it was when it was read" in done(synth("attention", "p", "--source")).out

    def test_a_file_without_a_header_that_was_written_again(self, source: Path) -> None:
        path = source / "orders.dat.gz"
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"9|9|2024-01-01|open\n"))
        [(table, what, _)] = self.told()
        assert (table, what) == ("orders", "rows")

    def test_tables_of_a_warehouse(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
        file = tmp_path / "shop.duckdb"
        api.begin("p", database(file), str(tmp_path / "out"))
        assert self.told() == []
        database(file, "ALTER TABLE customer ADD COLUMN vip BOOLEAN; INSERT INTO orders VALUES (1, 1, NULL)")
        database(
            file, "ALTER TABLE passport ALTER number SET DATA TYPE INTEGER USING 1; CREATE TABLE more (a INT)"
        )
        found = {(table, what): message for table, what, message in self.told()}
        assert found["customer", "schema"] == "vip is new."
        assert found["passport", "schema"] == "number was STRING NULLABLE and is INT64 NULLABLE."
        assert found["orders", "rows"] == "it had 150 rows and has 151 now."
        assert ("more", "new") in found
        assert count(file, "orders") == 151


def test_a_dialect_that_a_page_sends_gets_the_lines_of_the_file(source: Path) -> None:
    before = api.open("p").project.table("customers").dialect
    assert before is not None
    mine = before.value.model_copy(update={"banner": ("", "", "")})
    stored = api.edit("p", [SetDialect(table="customers", dialect=mine)])
    after = stored.project.table("customers").dialect
    assert after is not None and after.value.banner[2].startswith("1;Xxx Xxxxxx 1;"), (
        "whose line it is is crossed out"
    )
