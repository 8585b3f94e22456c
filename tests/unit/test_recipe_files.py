"""Files that a recipe may include and read: which names pass, what is read, and how includes become one recipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_core.errors import RecipeError
from synth_core.model.findings import errors
from synth_core.recipe.files import MAX_FILES, from_folder, gather, is_data_name, is_recipe_name, named
from synth_core.recipe.include import MAX_LEVELS, load
from synth_core.recipe.reading import Recipe
from synth_core.recipe.vetting import vet

HEAD = "- snowfakery_version: 3\n- plugin: snowfakery.standard_plugins.datasets.Dataset\n"
PEOPLE = "name,Home Town\nAda,London\nAlan,Bletchley\n"


@pytest.mark.parametrize(
    "name", ["people.csv", "tables/people.csv", "terms of 2024.txt", "a-b_c (1).csv", "Größe.txt", "v1.2.csv"]
)
def test_plain_names_of_data_pass(name: str) -> None:
    assert is_data_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../people.csv",
            "/etc/people.csv",
            "tables/../people.csv",
            "tables//people.csv",
            "other/people.csv",
        ),
        *(
            "tables/tables/people.csv",
            "./people.csv",
            ".people.csv",
            "people..csv",
            "a..b.csv",
            "people.csv/",
        ),
        *(
            "sqlite:///people.csv",
            "http://x/people.csv",
            "C:people.csv",
            "tables\\people.csv",
            "people.csv\n",
        ),
        *("people", "people.db", "people.py", "profile.json", "project.yaml", "recipe.yml", "people.yml"),
        *("", "tables/", ".csv", "~people.csv", "$HOME.csv", "people\0.csv", f"{'x' * 101}.csv"),
    ],
)
def test_other_names_of_data_do_not(name: str) -> None:
    assert not is_data_name(name)


@pytest.mark.parametrize("name", ["parts.yml", "parts.yaml", "my parts.yml", "Größe.yml"])
def test_plain_names_of_recipes_pass(name: str) -> None:
    assert is_recipe_name(name)


@pytest.mark.parametrize(
    "name",
    ["recipe.yml", "project.yaml", "tables/parts.yml", "../parts.yml", "parts.yml.txt", "/parts.yml", ".yml"],
)
def test_other_names_of_recipes_do_not(name: str) -> None:
    assert not is_recipe_name(name)


def test_what_a_recipe_names_is_found_wherever_it_stands() -> None:
    text = """
- include_file: parts.yml
- include_file: ../other.yml
- object: t
  fields:
    __a: {Dataset.iterate: {dataset: a.csv}}
    __b: {Synth.nullable: {nulls: 5%, value: {Dataset.shuffle: {dataset: tables/b.csv, repeat: true}}}}
    c: {File.file_data: c.txt}
    d: {File.file_data: [d.txt, utf-8]}
    e: {File.file_data: {file: /etc/passwd}}
    f: {if: [{choice: {pick: {File.file_data: {file: f.txt}}}}]}
    g: a.csv
"""
    assert named(text) == ["parts.yml", "a.csv", "tables/b.csv", "c.txt", "d.txt", "f.txt"]
    assert named("- {broken") == [] == named("- {include_file: [x.yml]}")


def test_files_that_included_recipes_name_are_read_too() -> None:
    texts = {
        "one.yml": "- include_file: two.yml",
        "two.yml": "- include_file: one.yml\n- object: t\n  fields: {__r: {Dataset.iterate: {dataset: p.csv}}}",
        "p.csv": PEOPLE,
        "other.csv": PEOPLE,
    }
    asked: list[str] = []

    def read(name: str) -> str | None:
        asked.append(name)
        return texts.get(name)

    assert set(gather("- include_file: one.yml\n- include_file: missing.yml", read)) == set(texts) - {
        "other.csv"
    }
    assert sorted(asked) == ["missing.yml", "one.yml", "p.csv", "two.yml"]
    many = "".join(f"- include_file: f{n}.yml\n" for n in range(MAX_FILES + 5))
    assert len(gather(many, lambda name: "- object: t")) == MAX_FILES


def test_a_folder_gives_its_own_small_texts_only(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / "tables").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text(PEOPLE)
    (folder / "bom.csv").write_bytes(b"\xef\xbb\xbfname\r\nAda\r\n")
    (folder / "tables" / "t.csv").write_text(PEOPLE)
    (folder / "latin.csv").write_bytes(b"name\nJos\xe9\n")
    (folder / "large.csv").write_bytes(b"x" * 10_000_001)
    (folder / "folder.csv").mkdir()
    (folder / "inside.csv").symlink_to(folder / "tables" / "t.csv")
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "tables" / "link.csv").symlink_to("../../outside/secret.csv")
    read = from_folder(folder)
    assert read("bom.csv") == "name\r\nAda\r\n"
    assert read("tables/t.csv") == read("inside.csv") == PEOPLE
    for name in ("latin.csv", "large.csv", "folder.csv", "link.csv", "tables/link.csv", "none.csv"):
        assert read(name) is None, name


def test_included_statements_come_first_and_own_macros_and_fields_win() -> None:
    files = {
        "one.yml": "- include_file: two.yml\n- macro: m\n  fields: {a: one, b: one}\n- object: t1\n",
        "two.yml": "- object: t2\n- macro: m\n  fields: {a: two}\n",
    }
    text = "- object: t0\n  include: m\n- include_file: one.yml\n- macro: other\n  fields: {c: 1}\n"
    recipe = Recipe.read(text, files)
    assert [template["object"] for template in recipe.top_objects()] == ["t2", "t1", "t0"]
    assert recipe.fields()["t0"] == {"a": "one", "b": "one"}
    with pytest.raises(RecipeError, match=r"one\.yml can't be read"):
        load(text)


def test_findings_name_the_included_file_and_its_line() -> None:
    files = {
        "parts.yml": "- object: child\n  fields:\n    a: ${{ cycler }}\n    owner: {reference: parent}\n"
    }
    text = f"{HEAD}- include_file: parts.yml\n- object: parent\n  fields:\n    b: ${{{{ nothing }}}}\n"
    found = [(each.file, each.line, each.code) for each in errors(vet(text, files))]
    assert found == [("recipe.yml", 6, "recipe.unknown-name"), ("parts.yml", 3, "recipe.unknown-name")]
    assert str(errors(vet(text, files))[1]).startswith("parts.yml:3:8: ")


@pytest.mark.parametrize(
    ("statement", "files", "code", "place"),
    [
        ("- include_file: ../parts.yml", {}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: /etc/passwd", {}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: tables/parts.yml", {}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: http://example.com/parts.yml", {}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: recipe.yml", {"recipe.yml": "- object: t"}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: [parts.yml]", {"parts.yml": "- object: t"}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file:", {}, "recipe.include", ("recipe.yml", 3)),
        ("- {include_file: parts.yml, object: t}", {"parts.yml": ""}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: parts.yml", {}, "recipe.include", ("recipe.yml", 3)),
        ("- include_file: parts.yml", {"parts.yml": "a: 1"}, "recipe.include", ("parts.yml", 1)),
        ("- include_file: parts.yml", {"parts.yml": "- object: [a"}, "recipe.yaml", ("parts.yml", 1)),
        ("- include_file: parts.yml", {"parts.yml": ""}, "recipe.empty", ("parts.yml", None)),
        ("- include_file: a.yml", {"a.yml": "\n- include_file: a.yml"}, "recipe.circle", ("a.yml", 2)),
        (
            "- include_file: a.yml",
            {"a.yml": "- include_file: b.yml", "b.yml": "- include_file: a.yml"},
            "recipe.circle",
            ("b.yml", 1),
        ),
        (
            "- include_file: parts.yml",
            {"parts.yml": "- plugin: os.path"},
            "recipe.plugin",
            ("parts.yml", 1),
        ),
        (
            "- include_file: parts.yml",
            {"parts.yml": "- snowfakery_version: 2"},
            "recipe.version",
            ("parts.yml", 1),
        ),
    ],
)
def test_includes_off_the_list_are_refused_at_their_place(
    statement: str, files: dict[str, str], code: str, place: tuple[str, int | None]
) -> None:
    refused = errors(vet(f"{HEAD}{statement}\n- object: x\n", files))
    assert [(each.code, each.file, each.line) for each in refused] == [(code, *place)]


def test_includes_do_not_blow_up() -> None:
    deep = {f"f{n}.yml": f"- include_file: f{n + 1}.yml" for n in range(MAX_LEVELS + 2)}
    [finding] = errors(vet(f"{HEAD}- include_file: f0.yml\n- object: x\n", deep))
    assert (finding.code, finding.file) == ("recipe.include", f"f{MAX_LEVELS - 1}.yml")
    wide = {
        "a.yml": "- include_file: b.yml\n" * 6,
        "b.yml": "- include_file: c.yml\n" * 6,
        "c.yml": "- object: y",
    }
    assert {each.code for each in errors(vet(f"{HEAD}- include_file: a.yml\n- object: x\n", wide))} == {
        "recipe.include"
    }
    long = {"a.yml": f"- object: y\n# {'x' * 3_000_000}\n"}
    codes = {
        each.code for each in vet(f"{HEAD}- include_file: a.yml\n- include_file: a.yml\n- object: x\n", long)
    }
    assert codes == {"recipe.too-large"}


def dataset(arguments: str, formula: str = "") -> str:
    return (
        f"{HEAD}- object: t\n  fields:\n    __row: {{Dataset.iterate: {arguments}}}\n    f: {formula or 1}\n"
    )


@pytest.mark.parametrize(
    "formula", ["${{ __row.name }}", "${{ __row['Home Town'] }}", "${{ __row.NAME | upper }}"]
)
def test_columns_of_a_dataset_stand_in_formulas(formula: str) -> None:
    assert vet(dataset("{dataset: p.csv}", formula), {"p.csv": PEOPLE}) == []


@pytest.mark.parametrize(
    ("arguments", "formula", "line"),
    [
        ("{dataset: ../p.csv}", "", 5),
        ("{dataset: /etc/p.csv}", "", 5),
        ("{dataset: 'sqlite:///p.csv'}", "", 5),
        ("{dataset: 'https://example.com/p.csv'}", "", 5),
        ("{dataset: missing.csv}", "", 5),
        ("{dataset: p.txt}", "", 5),
        ("{dataset: empty.csv}", "", 5),
        ("{dataset: head.csv}", "", 5),
        ("{dataset: twice.csv}", "", 5),
        ("{dataset: '${{ x }}.csv'}", "", 5),
        ("{dataset: {fake: FileName}}", "", 5),
        ("{dataset: [p.csv]}", "", 5),
        ("p.csv", "", 5),
        ("{dataset: p.csv, table: people}", "", 5),
        ("{dataset: p.csv, repeat: 1}", "", 5),
        ("{}", "", 5),
        ("{dataset: p.csv}", "${{ __row.nmae }}", 6),
        ("{dataset: p.csv}", "${{ __row.result }}", 6),
        ("{dataset: p.csv}", "${{ __row._from_continuation }}", 6),
        ("{dataset: p.csv}", "${{ __row['__class__'] }}", 6),
        ("{dataset: p.csv}", "${{ __row.next() }}", 6),
    ],
)
def test_datasets_off_the_list_are_refused_at_their_place(arguments: str, formula: str, line: int) -> None:
    files = {
        "p.csv": f"{PEOPLE.splitlines()[0]},result\n1,2,3\n",
        "p.txt": PEOPLE,
        "empty.csv": "",
        "head.csv": "a,b\n",
        "twice.csv": "a,A\n1,2\n",
    }
    refused = errors(vet(dataset(arguments, formula), files))
    assert refused and {each.line for each in refused} == {line}
