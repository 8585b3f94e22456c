"""The history of a project on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from small_shop import Synth, done, edit

import synth_core
from synth_core import wiring
from synth_core.adapters.rules import RulesModel

pytestmark = pytest.mark.usefixtures("in_this_process")


def history(synth: Synth) -> list[tuple[int, str]]:
    """Number and note, newest first."""
    return [(each["number"], each["note"]) for each in done(synth("versions", "p", "--json")).data]


@pytest.fixture
def at_4(synth: Synth, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project `p` at version 4: its target was edited in the folder, by ana. Returns its recipe's path."""
    monkeypatch.setenv("LOGNAME", "ana")
    assert done(synth("versions", "p", "--json")).data[0]["number"] == 4
    return home / "p" / "recipe.yml"


def test_a_project_has_a_history_from_the_first_command_on(synth: Synth, at_4: Path) -> None:
    found = done(synth("versions", "p", "--json")).data
    assert [(each["number"], each["parent"], each["changed"], each["note"]) for each in found] == [
        (4, 3, ["project.yaml"], "edited in the folder"),
        (3, 2, ["recipe.yml"], "drafted by rules"),
        (2, 1, ["project.yaml"], "inferred"),
        (1, None, ["project.yaml"], "begun"),
    ]
    assert found[0]["author"] == "ana"
    assert len(done(synth("versions", "p", "--last", 2, "--json")).data) == 2
    lines = done(synth("versions", "p")).out.splitlines()
    assert lines[0].split() == [
        "version",
        "when",
        "author",
        "changed",
        "note",
        "approved",
        "by",
        "fingerprint",
    ]
    assert lines[1].split()[0] == "4" and "edited in the folder" in lines[1]
    assert found[0]["fingerprint"][:10] in lines[1]


def test_a_draft_over_an_edit_in_the_folder_loses_nothing(synth: Synth, at_4: Path) -> None:
    drafted = at_4.read_text()
    edit(at_4, '- object: "customer"\n', '- object: "customer" # mine\n')
    mine = at_4.read_text()
    assert "; it is version 6." in done(synth("draft", "p", "--note", "once more")).out
    assert at_4.read_text() == drafted
    assert history(synth)[:2] == [(6, "once more"), (5, "edited in the folder")]

    said = done(synth("restore", "p", 5))
    assert "p is now at version 7: restored version 5." in said.out
    assert "recipe.yml: 1 line added, 1 removed" in said.out
    assert at_4.read_text() == mine
    assert "as in that version already (version 7)" in done(synth("restore", "p", "latest")).out
    assert done(synth("restore", "p", 3, "--note", "back", "--json")).data["number"] == 8
    assert history(synth)[0] == (8, "back")


def test_an_inference_has_a_note_too(synth: Synth, at_4: Path, home: Path) -> None:
    edit(home / "p" / "project.yaml", "  rows: 60\n", "  rows: 61\n")
    done(synth("infer", "p", "--note", "after the move"))
    assert history(synth)[:2] == [(6, "after the move"), (5, "edited in the folder")]
    done(synth("infer", "p", "--note", "nothing new"))
    assert history(synth)[0] == (6, "after the move")


def test_show_tells_a_version_and_prints_a_file_as_it_was(synth: Synth, at_4: Path) -> None:
    old = at_4.read_bytes()
    with at_4.open("ab") as file:
        file.write("# grüße, [bold]\r\n# no end".encode())
    now = at_4.read_bytes()
    assert done(synth("show", "p", "--file", "recipe.yml")).out.encode() == now
    assert done(synth("show", "p", 4, "--file", "recipe.yml")).out.encode() == old
    shown = done(synth("show", "p", "4", "--json")).data
    assert shown["files"]["recipe.yml"].encode() == old and set(shown["files"]) == {
        "project.yaml",
        "recipe.yml",
    }
    assert set(done(synth("show", "p", "--file", "recipe.yml", "--json")).data["files"]) == {"recipe.yml"}
    by_print = done(synth("show", "p", shown["fingerprint"][:12])).out
    assert by_print.startswith("Version 4, by ana at ")
    assert "Changed since version 3:\n  project.yaml: 1 line added, 1 removed\n    target uri " in by_print


def test_a_file_can_not_command_the_terminal(
    synth: Synth, at_4: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_4.open("a") as file:
        file.write("# \x1b[2J\n")
    assert "# \x1b[2J\n" in done(synth("show", "p", "--file", "recipe.yml")).out, (
        "other programs get the text"
    )
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for command in (["show", "p", "--file", "recipe.yml"], ["diff", "p", "--text"], ["diff", "p"]):
        assert "\x1b[2J" not in done(synth(*command)).out


def test_diff_is_in_words_or_in_lines(synth: Synth, at_4: Path, home: Path) -> None:
    edit(at_4, '- object: "customer"\n', '- object: "customer" # mine\n')
    edit(home / "p" / "project.yaml", "  wanted: 60\n", "  wanted: 7\n")
    said = done(synth("diff", "p")).out.splitlines()
    assert said[0].startswith("version 4 (ana, ") and " → version 5 (ana, " in said[0]
    assert said[1:] == [
        "  project.yaml: 1 line added, 1 removed",
        "    customer: wanted 60 → 7",
        "  recipe.yml: 1 line added, 1 removed",
        "    customer: comment changed",
    ]
    data = done(synth("diff", "p", "3", "latest", "--json")).data
    assert (data["older"]["number"], data["newer"]["number"]) == (3, 5)
    assert [part["file"] for part in data["files"]] == ["project.yaml", "recipe.yml"]
    lines = done(synth("diff", "p", 4, 5, "--text")).out
    assert lines.startswith("--- project.yaml (version 4)\n+++ project.yaml (version 5)\n@@ ")
    assert '\n-- object: "customer"\n+- object: "customer" # mine\n' in lines
    assert done(synth("diff", "p", 4, 5, "--text", "--json")).data["text"] == lines
    assert done(synth("diff", "p", 5, 5)).out.splitlines()[1:] == ["  nothing"]


def test_the_version_that_was_approved_is_marked_and_named_by_its_runs(
    synth: Synth, at_4: Path, tmp_path: Path
) -> None:
    said = done(synth("approve", "p", "--by", "ben", "--rows", 5, "--json")).data
    assert said["version"] == 4
    done(synth("run", "p"))
    edit(at_4, '- object: "customer"\n', '- object: "customer" # mine\n')
    approved = done(synth("approve", "p", "--by", "cleo", "--note", "second", "--rows", 5))
    assert "Approved by cleo: version 5, " in approved.out
    done(synth("run", "p"))
    five, four, *_ = done(synth("versions", "p", "--json")).data
    assert [(each["by"], each["note"]) for each in five["approvals"]] == [("cleo", "second")]
    assert [(each["by"], each["plan"]) for each in four["approvals"]] == [("ben", said["fingerprint"])]
    assert [run["version"] for run in done(synth("runs", "--json")).data] == [5, 4]
    assert " cleo " in done(synth("versions", "p")).out.splitlines()[1]


def test_a_conflict_says_what_each_side_changed_and_what_to_do(
    synth: Synth, at_4: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(RulesModel):
        """While it drafts, somebody saves the recipe."""

        def draft(self, *arguments: Any) -> Any:
            text = at_4.read_text().replace('- object: "customer"\n', '- object: "customer" # theirs\n')
            synth_core.save_recipe("p", text, 4, author="ben", note="quick")
            drafted, undone = super().draft(*arguments)
            return drafted + "# one\n# two\n", undone

    monkeypatch.setattr(wiring, "open_model", lambda *given, **named: Slow())
    said = synth("draft", "p")
    assert (said.code, said.out) == (1, "")
    assert "p/recipe.yml was changed by somebody else since it was read, so nothing was saved." in said.err
    assert "Look at both sides and try again" in said.err
    assert (
        "  recipe.yml, as it was changed by ben (version 5):\n"
        "    recipe.yml: 1 line added, 1 removed\n" in said.err
    )
    assert "  recipe.yml, as you changed it:\n    recipe.yml: 2 lines added, 0 removed\n" in said.err
    assert "# theirs" in at_4.read_text()
    assert history(synth)[0] == (5, "quick")


def test_a_broken_file_says_how_to_get_back(synth: Synth, at_4: Path, home: Path) -> None:
    project = home / "p" / "project.yaml"
    good = project.read_bytes()
    project.write_bytes(b"\xff\xfe")
    said = synth("lint", "p")
    assert said.code == 1 and "line 1 holds the byte 0xff" in said.err and "synth versions p" in said.err
    assert done(synth("show", "p", "--file", "project.yaml")).out == "\\xff\\xfe"
    done(synth("restore", "p", 4))
    assert project.read_bytes() == good
    done(synth("lint", "p"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["versions", "q"], "There is no project called 'q'. There are: p."),
        (["show", "p", "9"], "p has no version 9. `synth versions p` lists them."),
        (["show", "p", "zebra"], "p has no version 'zebra'."),
        (["show", "p", "--file", "recipe.yaml"], "has no 'recipe.yaml'. It has project.yaml, recipe.yml."),
        (["diff", "p", "3", "9"], "p has no version 9."),
        (["restore", "p", "0"], "p has no version 0."),
    ],
)
def test_what_is_not_there_is_named(synth: Synth, at_4: Path, arguments: list[str], says: str) -> None:
    said = synth(*arguments)
    assert (said.code, said.out) == (1, "")
    assert says in " ".join(said.err.split())


def test_nobody_writes_no_version(at_4: Path) -> None:
    with pytest.raises(synth_core.SynthError, match="give a name"):
        synth_core.save_recipe("p", "", 4, author=" ")
