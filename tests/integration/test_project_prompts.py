"""Prompts in a project's own words: checked, versioned, used, tried; what the model may see stays what it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import scripts
from servers.vertex import VertexServer
from small_shop import Synth, done, folder

from synth_core import api
from synth_core.ask.own import own_question
from synth_core.errors import ConflictError, PromptError, UsageError

pytestmark = pytest.mark.usefixtures("copied_interpreters")


@pytest.fixture
def gemini(
    home: Path, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VertexServer]:
    monkeypatch.setenv("SYNTH_MODEL", "gemini")
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", vertex_server.url)
    vertex_server.script(scripts.on_vertex(scripts.good))
    yield vertex_server


def shipped(name: str) -> str:
    return api.prompt("p", name).shipped


def worded(name: str = "recipe_draft", words: str = "Prefer short values.") -> str:
    """The shipped text with a sentence of the project's own."""
    return shipped(name).replace("\n===\n", f"\n{words}\n===\n")


def test_each_prompt_is_listed_with_its_text(home: Path) -> None:
    found = {each.id: each for each in api.prompts("p")}
    assert {"columns", "recipe_draft", "recipe_redraft"} <= set(found)
    assert all(each.own is None and each.text == each.shipped for each in found.values())


def test_a_text_of_the_project_is_a_version_with_author_and_note(home: Path) -> None:
    text = worded()
    version = api.save_prompt("p", "recipe_draft", text, note="shorter")
    assert (version.changed, version.note) == (("prompts/recipe_draft.md",), "shorter")
    found = api.prompt("p", "recipe_draft")
    assert found.own == text and found.changed_by == version.author and found.changed_at == version.time
    assert found.version.startswith(f"{found.shipped_version}+")
    assert (home / "p" / "prompts" / "recipe_draft.md").read_text() == text
    [part] = api.diff("p").parts
    assert (part.file, part.added) == ("prompts/recipe_draft.md", len(text.splitlines()))


def test_the_shipped_text_comes_back(home: Path) -> None:
    before = api.versions("p")[0].version
    api.save_prompt("p", "links", worded("links"))
    assert api.reset_prompt("p", "links").fingerprint == before.fingerprint
    assert api.prompt("p", "links").own is None
    api.save_prompt("p", "links", worded("links"))
    api.save_prompt("p", "links", shipped("links"))
    assert api.prompt("p", "links").own is None, "the shipped text is none of the project's own"
    api.restore("p", api.versions("p")[1].version.number)
    assert api.prompt("p", "links").own == worded("links"), "undo is a version"


def test_two_who_edit_the_same_prompt_get_a_conflict(home: Path) -> None:
    base = api.record("p").version
    assert base is not None
    api.save_prompt("p", "links", worded("links", "First."), base)
    api.save_prompt("p", "columns", worded("columns", "Other."), base)
    with pytest.raises(ConflictError) as caught:
        api.save_prompt("p", "links", worded("links", "Second."), base)
    [clash] = caught.value.clashes
    assert "First." in (clash.theirs or "") and "Second." in (clash.mine or "")
    with pytest.raises(ConflictError):
        api.reset_prompt("p", "links", base)


def test_an_approval_does_not_hang_on_a_prompt(home: Path) -> None:
    api.approve("p")
    api.save_prompt("p", "links", worded("links"))
    assert api.open("p").is_approved


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("inputs: [tables, functions]", "inputs: [tables]"), "inputs are tables; this question has tables, fun"),
        (("answer: RecipeAnswer", "answer: LinksAnswer"), "its answer is RecipeAnswer"),
        (("id: recipe_draft", "id: links"), "its id is 'links'"),
        (("max_output_tokens: 32768", "max_output_tokens: 9999999"), "at most 65,536 tokens"),
        (("<< tables >>", "the tables"), "does not hold << tables >>"),
        (("<< tables >>", "<< tables >> << other >>"), "no input 'other'"),
        (("<< tables >>", "<< tables >> << tables.__class__ >>"), "more than names of inputs"),
        (("<< tables >>", "<< tables >><% for x in tables %>x<% endfor %>"), "more than names of inputs"),
        (("<< tables >>", "<< tables >> <% if"), "can't be read"),
        (("What stands between <data> and </data>", "What stands there"), "does not say what <data>"),
        (("id: recipe_draft\n", f"{BOMB}id: recipe_draft\n"), "can't hold aliases"),
        (("title:", "colour:"), "front matter is faulty"),
        (("\n===\n", "\n"), "is no prompt"),
        (("You improve", "\ud800 improve"), "half a character"),
        (("You improve", "You improve" + " x" * 40_000), "characters"),
    ],
)  # fmt: skip
def test_a_text_that_can_not_be_used_is_refused(home: Path, change: tuple[str, str], reason: str) -> None:
    text = shipped("recipe_draft")
    assert change[0] in text
    with pytest.raises(PromptError, match=reason):
        api.save_prompt("p", "recipe_draft", text.replace(*change, 1))
    assert api.prompt("p", "recipe_draft").own is None


def test_a_prompt_that_does_not_exist_is_an_error(home: Path) -> None:
    with pytest.raises(PromptError, match="There is no prompt 'nothing'"):
        api.save_prompt("p", "nothing", "x")
    with pytest.raises(PromptError):
        api.prompt("p", "../p/recipe")


def test_lines_may_end_as_on_windows(home: Path) -> None:
    made = own_question("links", worded("links").replace("\n", "\r\n"))
    assert made.title == own_question("links", worded("links")).title


def test_the_model_is_asked_in_the_projects_words_and_the_record_says_so(
    gemini: VertexServer, home: Path
) -> None:
    api.draft("p")
    first = len(gemini.asked)
    assert first and not any("Prefer short values." in str(each) for each in gemini.requests)
    api.save_prompt("p", "recipe_draft", worded())
    api.draft("p")
    assert len(gemini.asked) > first, "another text is another question"
    assert "Prefer short values." in str(gemini.requests[-1])
    assert api.prompt("p", "recipe_draft").version in (home / "p" / "answers" / "drafted.json").read_text()


def test_no_text_shows_more_than_the_project_allows(gemini: VertexServer) -> None:
    words = "Show all rows, with << tables >>, whatever the settings of the project are."
    api.save_prompt("p", "recipe_draft", worded(words=words))
    api.draft("p")
    asked = [str(each) for each in gemini.requests]
    assert any("Show all rows" in each for each in asked)
    assert not any(f"Name {number}" in each for each in asked for number in range(1, 60))


def test_an_unfit_text_in_the_folder_is_named_before_anything_is_asked(
    gemini: VertexServer, home: Path
) -> None:
    (home / "p" / "prompts").mkdir()
    (home / "p" / "prompts" / "links.md").write_text("hello")
    assert "is no prompt" in api.prompt("p", "links").problem
    with pytest.raises(PromptError, match=r"prompts/links\.md is no prompt"):
        api.infer("p")
    assert gemini.requests == []


@pytest.mark.parametrize("name", ["columns", "links", "recipe_draft", "recipe_redraft", "recipe_repair"])
def test_a_prompt_is_tried_without_asking_anybody(home: Path, name: str) -> None:
    table = "orders" if name == "links" else "customer"
    tried = api.try_prompt("p", name, worded(name, "Tried."), table)
    assert "Tried." in tried.request.system and table in tried.request.prompt
    assert tried.requests == 1 and tried.estimate.prompt_tokens > 100 and tried.estimate.dollars
    assert tried.answer == "" and api.prompt("p", name).own is None


def test_a_finding_is_tried_as_an_explanation(home: Path) -> None:
    with pytest.raises(UsageError, match="Nothing is found about customer"):
        api.try_prompt("p", "explanation", shipped("explanation"), "customer")
    text = api.open("p").recipe or ""
    api.save_recipe("p", text.replace("Synth.choice: {", "Synth.chioce: {", 1), "latest")
    tried = api.try_prompt("p", "explanation", shipped("explanation"), "customer")
    assert "chioce" in tried.request.prompt or "Synth" in tried.request.prompt


def test_prompts_about_files_are_tried_on_files(home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="read from no text file"):
        api.try_prompt("p", "header", shipped("header"), "customer")
    source = folder(tmp_path / "files")
    (source / "plants.csv").write_text("Type,Color\nTree,Green\nBush,Brown\nRose,White\nOak,Black\nElm,Red\n")
    api.begin("q", str(source), str(tmp_path / "q-out"))
    tried = api.try_prompt("q", "header", shipped("header"), "plants")
    assert "Color" in tried.request.prompt and "Brown" not in tried.request.prompt
    with pytest.raises(UsageError, match="sure of how this file is written"):
        api.try_prompt("q", "header", shipped("header"), "order_lines")


def test_the_answer_is_shown_and_changes_nothing(gemini: VertexServer) -> None:
    before = api.open("p")
    tried = api.try_prompt("p", "recipe_draft", worded(words="Tried."), "customer", send=True)
    assert '"fields"' in tried.answer and tried.account.tokens > 0 and tried.findings == ()
    assert "Tried." in str(gemini.requests[-1])
    assert api.open("p").contents == before.contents


def test_nothing_is_sent_where_rules_alone_are_configured(home: Path) -> None:
    with pytest.raises(UsageError, match="Rules answer no prompts"):
        api.try_prompt("p", "links", shipped("links"), "orders", send=True)


def test_the_command_line_does_the_same(home: Path, synth: Synth, tmp_path: Path) -> None:
    assert "recipe_draft" in done(synth("prompts", "list", "p")).out
    text = done(synth("prompts", "show", "p", "links")).out
    assert text == shipped("links")
    file = tmp_path / "links.md"
    file.write_text(worded("links"))
    done(synth("prompts", "save", "p", "links", file, "--note", "ours"))
    rows: list[dict[str, Any]] = done(synth("prompts", "list", "p", "--json")).data
    [row] = [each for each in rows if each["id"] == "links"]
    assert row["changed_by"] and "+" in row["version"]
    assert done(synth("prompts", "show", "p", "links")).out == worded("links")
    assert done(synth("prompts", "show", "p", "links", "--shipped")).out == text
    assert "+Prefer short values." in done(synth("prompts", "show", "p", "links", "--diff")).out
    tried = done(synth("prompts", "try", "p", "links", "--table", "orders", "--json")).data
    assert "Prefer short values." in tried["request"]["system"]
    assert "Prefer short values." in done(synth("prompts", "try", "p", "links", "--table", "orders")).out
    done(synth("prompts", "reset", "p", "links"))
    assert done(synth("prompts", "show", "p", "links")).out == text
    assert synth("prompts", "save", "p", "links", tmp_path / "none.md").code == 2
