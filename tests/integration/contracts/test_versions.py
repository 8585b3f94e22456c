"""Versions of projects over every object store: nothing is lost by edits in the folder, two writers or a kill."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from stores import IN_A_FOLDER, MANY_CALLS
from watched_store import Killed, WatchedStore, kill
from yardstick import timed

from synth_core.errors import ConflictError, ProjectError, RecipeError
from synth_core.history.log import Record, VersionLog
from synth_core.history.stored import StoredProject
from synth_core.model.plan import ApprovedPlan, Plan
from synth_core.model.profile import Profile
from synth_core.model.project import Project, Target
from synth_core.ports import ObjectStore
from synth_core.projects import Projects

START = datetime(2026, 11, 25, 9, tzinfo=UTC)


def ticking() -> Callable[[], datetime]:
    seconds = iter(range(1_000_000))
    return lambda: START + timedelta(seconds=next(seconds))


def opened(store: ObjectStore, author: str = "ana") -> Projects:
    return Projects(store, author=author, clock=ticking())


def plain(name: str = "shop", uri: str = "out") -> Project:
    return Project(name=name, source="data", target=Target(uri=uri))


def recipe(count: int) -> str:
    return f"- object: customer # ours\n  count: {count}\n"


def facts(k: int) -> Profile:
    """Facts that differ from others."""
    return Profile(k=k)


def edit(store: ObjectStore, file: str, text: str, project: str = "shop") -> None:
    """As an editor does it: it looks at nothing before it writes."""
    store.put(f"{project}/{file}", text.encode())


def approved(stored: StoredProject, by: str) -> ApprovedPlan:
    plan = Plan(project=stored.project, recipe=stored.recipe or "", counts={}, seed=1, today=START.date())
    return ApprovedPlan(
        plan=plan, approved_by=by, approved_at=START, fingerprint=plan.fingerprint, version=stored.version
    )


def contents(projects: Projects, name: str = "shop") -> tuple[object, ...]:
    stored = projects.load(name)
    return stored.project, stored.recipe, dict(stored.tables), stored.profile


def log(projects: Projects, name: str = "shop") -> list[tuple[int, str, str]]:
    """Number, author and note, oldest first."""
    return [
        (each.version.number, each.version.author, each.version.note)
        for each in reversed(projects.versions(name))
    ]


@pytest.fixture
def projects(store: ObjectStore) -> Projects:
    return opened(store)


@pytest.fixture
def shop(projects: Projects) -> StoredProject:
    """A project with a recipe, at version 2."""
    return projects.save(projects.create(plain(), note="begun"), recipe=recipe(1), note="drafted")


# --- saving ---


def test_each_save_is_a_version(projects: Projects, shop: StoredProject) -> None:
    changed = projects.save(shop, project=plain(uri="elsewhere"), recipe=recipe(2), note="more")
    assert changed.version == 3
    newest, second, first = projects.versions("shop")
    assert newest.version.model_dump(include={"number", "parent", "author", "note", "changed"}) == {
        "number": 3,
        "parent": 2,
        "author": "ana",
        "note": "more",
        "changed": ("project.yaml", "recipe.yml"),
    }
    assert (second.version.parent, first.version.parent) == (1, None)
    assert second.version.changed == ("recipe.yml",)
    times = [each.version.time for each in (first, second, newest)]
    assert times == sorted(times) and times[0].tzinfo is not None
    assert len({each.version.fingerprint for each in (first, second, newest)}) == 3


def test_a_save_that_changes_nothing_is_no_version(projects: Projects, shop: StoredProject) -> None:
    same = projects.save(shop, project=plain(), recipe=recipe(1), profile=facts(20))
    assert (same.version, same.profile) == (2, facts(20))
    assert len(projects.versions("shop")) == 2


def test_the_same_contents_have_the_same_fingerprint_and_are_kept_once(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    def texts() -> list[str]:
        return list(store.list("shop/versions/texts/"))

    for count in (2, 1, 2, 1):
        shop = projects.save(shop, recipe=recipe(count))
    prints = [each.version.fingerprint for each in projects.versions("shop")]
    assert len(prints) == 6
    assert prints[0] == prints[2] == prints[4] and prints[1] == prints[3] and len(set(prints)) == 3
    assert len(texts()) == 3


def test_versions_of_a_long_recipe_take_a_fraction_of_its_size(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    lines = [f"    field_{n}: {{random_number: {{min: {n}, max: {n * 7 % 1013}}}}}\n" for n in range(5_000)]
    written = 0
    for n in range(10):
        lines[n * 17] = f"    field: {n}\n"
        shop = projects.save(shop, recipe="".join(lines))
        written += len(shop.recipe or "")
    kept = sum(len(store.get(name)[0]) for name in store.list("shop/versions/"))
    assert kept < written / 5


def test_facts_and_approvals_are_no_parts_of_versions(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    shop = projects.save(shop, recipe=recipe(2), profile=facts(77))
    projects.approve(shop, approved(shop, "ben"))
    assert set(projects.show("shop")[0].parts) == {"project.yaml", "recipe.yml"}
    assert projects.load("shop").version == 3
    kept = [name for name in store.list("shop/versions/") if "/staged/" in name]
    assert kept == [], "what a save moves into place does not stay"


def test_how_a_person_wrote_the_project_stays_while_nothing_in_it_changes(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    text = "# ours\nversion: 1\nname: shop\nsource: data\ntarget: {uri: out}\n"
    edit(store, "project.yaml", text)
    stored = projects.load("shop")
    projects.save(stored, project=stored.project, profile=facts(20))
    assert store.get("shop/project.yaml")[0].decode() == text


# --- edits in the folder ---


@pytest.mark.parametrize("how", ["save", "record", "versions", "show", "diff", "restore"])
def test_an_edit_in_the_folder_is_a_version_of_its_own(
    store: ObjectStore, projects: Projects, shop: StoredProject, how: str
) -> None:
    edit(store, "recipe.yml", recipe(5))
    ben = opened(store, "ben")
    assert ben.load("shop").version is None
    match how:
        case "save":
            # A draft writes over what a person wrote in between.
            ben.save(ben.load("shop"), recipe=recipe(9), note="drafted by rules")
        case "record":
            assert ben.record("shop").version == 3
        case "versions":
            assert ben.versions("shop")[0].version.number == 3
        case "show":
            assert ben.show("shop")[1]["recipe.yml"] == recipe(5).encode()
        case "diff":
            assert ben.diff("shop").newer.number == 3
        case "restore":
            ben.restore("shop", 2)
    assert log(projects)[:3] == [
        (1, "ana", "begun"),
        (2, "ana", "drafted"),
        (3, "ben", "edited in the folder"),
    ]
    assert projects.show("shop", 3)[1]["recipe.yml"] == recipe(5).encode()
    assert projects.load("shop").recipe == {"save": recipe(9), "restore": recipe(1)}.get(how, recipe(5))
    assert len(projects.versions("shop")) == (4 if how in ("save", "restore") else 3)


def test_a_file_that_is_removed_or_added_in_the_folder_is_noticed(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    store.delete("shop/recipe.yml")
    edit(store, "tables/cities.csv", "city,weight\nBern,3\n")
    stored = projects.record("shop")
    assert (stored.version, stored.recipe, dict(stored.tables)) == (
        3,
        None,
        {"cities.csv": "city,weight\nBern,3\n"},
    )
    assert projects.show("shop")[0].changed == ("recipe.yml", "tables/cities.csv")


def test_a_project_from_before_there_were_versions_begins_with_what_is_found(
    store: ObjectStore, projects: Projects
) -> None:
    edit(store, "project.yaml", "name: shop\nsource: data\ntarget: {uri: out}\n")
    assert projects.names() == ["shop"]
    stored = projects.load("shop")
    projects.save(stored, recipe=recipe(1), note="drafted")
    assert log(projects) == [(1, "ana", "found in the folder"), (2, "ana", "drafted")]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("project.yaml", b"name: [", "no valid YAML"),
        ("project.yaml", b"source: caf\xe9\n", "line 1 holds the byte 0xe9"),
        ("recipe.yml", b"# one\n# caf\xe9\n", "line 2 holds the byte 0xe9"),
    ],
)
def test_a_file_that_was_broken_in_the_folder_can_be_restored(
    store: ObjectStore, projects: Projects, shop: StoredProject, file: str, text: bytes, says: str
) -> None:
    store.put(f"shop/{file}", text)
    with pytest.raises(ProjectError, match=says):
        projects.load("shop")
    with pytest.raises(ProjectError, match=says):
        projects.record("shop")
    assert projects.show("shop", "latest")[1][file] == text
    projects.restore("shop", 2)
    assert projects.load("shop").recipe == recipe(1)
    assert projects.show("shop", 3)[1][file] == text


# --- looking back ---


@IN_A_FOLDER
def test_a_version_is_named_by_number_latest_or_the_beginning_of_its_fingerprint(
    projects: Projects, shop: StoredProject
) -> None:
    for count in range(2, 30):
        shop = projects.save(shop, recipe=recipe(count))
    for listed in projects.versions("shop"):
        version = listed.version
        for name in (
            version.number,
            str(version.number),
            version.fingerprint,
            version.fingerprint[:20].upper(),
        ):
            assert projects.show("shop", name)[0] == version
    assert projects.show("shop", "latest")[0].number == 30
    first = [each.version.fingerprint[0] for each in projects.versions("shop")]
    [ambiguous, *_] = [letter for letter in first if first.count(letter) > 1 and not letter.isdigit()]
    with pytest.raises(ProjectError, match="begins more than one fingerprint"):
        projects.show("shop", ambiguous)
    for name in (0, -1, 31, "0", "31", "1234567", "x", "", "-1", "latests", "²"):
        with pytest.raises(ProjectError, match="has no version"):
            projects.show("shop", name)


def test_a_difference_is_told_in_words_and_in_lines(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    shop = projects.save(shop, project=plain(uri="elsewhere"), recipe=recipe(2).rstrip("\n"))
    edit(store, "tables/cities.csv", "city\nBern\n")
    found = projects.diff("shop", 2)
    assert (found.older.number, found.newer.number) == (2, 4)
    by_file = {part.file: part for part in found.parts}
    assert by_file["project.yaml"].changes == ("target uri out → elsewhere",)
    assert (by_file["tables/cities.csv"].kind, by_file["tables/cities.csv"].added) == ("new", 2)
    assert (by_file["recipe.yml"].added, by_file["recipe.yml"].removed) == (1, 1)
    assert by_file["recipe.yml"].changes == ("customer: 1 → 2 rows",)
    assert (
        "--- recipe.yml (version 2)\n+++ recipe.yml (version 4)\n@@ -1,2 +1,2 @@\n - object: customer # ours\n"
        "-  count: 1\n+  count: 2\n\\ No newline at end of file\n" in found.text
    )
    assert projects.diff("shop", 4, 2).parts[-1].kind == "gone"
    assert projects.diff("shop", newer=2).older.number == 1
    with pytest.raises(ProjectError, match="no version before 1"):
        projects.diff("shop", newer=1)


def test_restoring_is_a_new_version_with_the_old_contents(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "tables/cities.csv", "city\nBern\n")
    old = projects.record("shop")
    store.delete("shop/tables/cities.csv")
    projects.save(projects.load("shop"), project=plain(uri="elsewhere"), recipe=recipe(2), profile=facts(20))
    before = {file: data for file, data in projects.load("shop").contents.items() if file == "profile.json"}

    back = projects.restore("shop", 3)
    stored = projects.load("shop")
    assert (back.number, back.note, back.parent) == (6, "restored version 3", 5)
    assert back.fingerprint == projects.show("shop", 3)[0].fingerprint
    assert (stored.project, stored.recipe, stored.tables) == (old.project, old.recipe, old.tables)
    assert stored.contents["profile.json"] == before["profile.json"], "measured facts stay"

    forth = projects.restore("shop", 5, note="no, that one")
    assert (forth.number, forth.note) == (7, "no, that one")
    assert dict(projects.load("shop").tables) == {}, "a file that the version did not have is gone"
    assert projects.restore("shop", 5).number == 7, "what is there already makes no version"
    assert [number for number, _, _ in log(projects)] == list(range(1, 8))


def test_the_first_version_can_be_restored_and_has_no_recipe(projects: Projects, shop: StoredProject) -> None:
    projects.restore("shop", 1)
    assert projects.load("shop").recipe is None
    projects.restore("shop", 2)
    assert projects.load("shop").recipe == recipe(1)


def test_texts_that_are_lost_or_damaged_are_named(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    projects.save(shop, recipe=recipe(2))
    name = f"shop/versions/texts/{projects.show('shop', 2)[0].parts['recipe.yml']}.gz"
    for data in (b"", b"no gzip", store.get(name)[0][:-9], store.get(name.replace(".gz", ".gz"))[0][:20]):
        store.put(name, data)
        with pytest.raises(ProjectError, match=r"texts/.* is damaged"):
            projects.restore("shop", 2)
    store.delete(name)
    with pytest.raises(ProjectError, match=r"texts/.* is missing"):
        projects.restore("shop", 2)
    assert projects.load("shop").recipe == recipe(2)


# --- files that the recipe includes or reads ---

INCLUDING = "- include_file: common.yml\n- object: customer\n"
COMMON = "- object: city\n  fields:\n    name:\n      Dataset.iterate:\n        dataset: cities.csv\n"


def test_what_the_recipe_includes_and_reads_is_part_of_a_version(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "common.yml", COMMON)
    edit(store, "cities.csv", "name\nBern\n")
    edit(store, "other.csv", "name\nnobody reads this\n")
    saved = projects.save_recipe("shop", INCLUDING, 2)
    assert saved.changed == ("cities.csv", "common.yml", "recipe.yml")
    assert projects.load("shop").version == saved.number == 3
    assert projects.load("shop").files == {"common.yml": COMMON, "cities.csv": "name\nBern\n"}

    edit(store, "cities.csv", "name\nOslo\n")
    assert projects.record("shop").version == 4
    assert projects.diff("shop").parts[0].model_dump(include={"file", "added"}) == {
        "file": "cities.csv",
        "added": 1,
    }
    projects.restore("shop", 3)
    assert store.get("shop/cities.csv")[0] == b"name\nBern\n"


def test_what_changed_in_an_included_recipe_is_told_once_and_rows_by_lines(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "common.yml", COMMON)
    edit(store, "cities.csv", "name\nBern\n")
    projects.save_recipe("shop", INCLUDING, 2)
    edit(store, "common.yml", COMMON.replace("name:", "town:"))
    edit(store, "cities.csv", "name\nOslo\n")
    assert {part.file: part.changes for part in projects.diff("shop").parts} == {
        "cities.csv": (),
        "common.yml": ("city.name → town: column renamed",),
    }
    edit(store, "recipe.yml", INCLUDING + "  count: 2\n")
    assert {part.file: part.changes for part in projects.diff("shop", 3).parts} == {
        "cities.csv": (),
        "common.yml": (),
        "recipe.yml": ("city.name → town: column renamed", "customer: 1 → 2 rows"),
    }
    edit(store, "recipe.yml", INCLUDING + "  count: [\n")
    [broken] = projects.diff("shop").parts
    [words] = broken.changes
    assert words.startswith("only lines were compared: The recipe can't be read: recipe.yml:")


def test_a_recipe_that_is_broken_for_a_while_goes_on_including_what_it_did(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "common.yml", COMMON)
    projects.save_recipe("shop", INCLUDING, 2)
    projects.save_recipe("shop", INCLUDING + "  count: [\n", 3)
    edit(store, "common.yml", COMMON + "# mine\n")
    assert projects.record("shop").version == 5
    assert projects.diff("shop").parts[0].model_dump(include={"file", "kind"}) == {
        "file": "common.yml",
        "kind": "changed",
    }
    projects.save_recipe("shop", INCLUDING, 5)
    assert set(projects.show("shop")[1]) == {"common.yml", "project.yaml", "recipe.yml"}


def test_what_the_recipe_does_not_include_any_more_is_kept_when_it_is_written_over(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "common.yml", COMMON)
    projects.save_recipe("shop", INCLUDING, 2)
    projects.save(projects.load("shop"), recipe=recipe(2))
    assert set(projects.show("shop", 4)[1]) == {"project.yaml", "recipe.yml"}
    projects.restore("shop", 3)
    assert log(projects)[-1] == (5, "ana", "restored version 3"), "the file is as it was"

    projects.restore("shop", 4)
    assert store.get("shop/common.yml")[0] == COMMON.encode(), "a file that the version does not name stays"
    edit(store, "common.yml", "# mine\n")
    projects.restore("shop", 3)
    assert log(projects)[-2:] == [(7, "ana", "edited in the folder"), (8, "ana", "restored version 3")]
    assert projects.show("shop", 7)[1]["common.yml"] == b"# mine\n"
    assert store.get("shop/common.yml")[0] == COMMON.encode()
    assert projects.load("shop").version == 8


def test_a_table_that_an_old_recipe_reads_is_removed_and_brought_back(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "tables/cities.csv", "name\nBern\n")
    projects.save_recipe("shop", COMMON.replace("cities.csv", "tables/cities.csv"), 2)
    projects.restore("shop", 2)
    assert list(store.list("shop/tables/")) == []
    projects.restore("shop", 4)
    assert dict(projects.load("shop").tables) == {"cities.csv": "name\nBern\n"}
    assert projects.load("shop").version == 6


@pytest.mark.parametrize("data", [b"caf\xe9\n", b"x" * 10_000_001], ids=["no text", "too large"])
def test_a_file_that_no_plan_can_hold_is_no_part_of_a_version(
    store: ObjectStore, projects: Projects, shop: StoredProject, data: bytes
) -> None:
    store.put("shop/cities.csv", data)
    projects.save_recipe("shop", COMMON, 2)
    assert set(projects.show("shop")[1]) == {"project.yaml", "recipe.yml"}


# --- approvals ---


def test_who_approved_which_version_stays_known(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    def marks() -> dict[int, list[str]]:
        return {
            each.version.number: [approval.by for approval in each.approvals]
            for each in projects.versions("shop")
            if each.approvals
        }

    assert marks() == {}
    projects.approve(shop, approved(shop, "ben"))
    assert marks() == {2: ["ben"]}
    changed = projects.save(projects.load("shop"), recipe=recipe(2))
    projects.approve(changed, approved(changed, "cleo"))
    projects.approve(projects.load("shop"), approved(changed, "dan"))
    assert marks() == {2: ["ben"], 3: ["cleo", "dan"]}
    store.delete("shop/approved.json")
    assert marks() == {2: ["ben"], 3: ["cleo"]}


def test_what_is_approved_is_a_version_even_if_it_was_edited_in_the_folder(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    assert projects.version_of(shop) == 2
    edit(store, "recipe.yml", recipe(5))
    edited = projects.load("shop")
    assert (edited.version, projects.version_of(edited), len(projects.versions("shop"))) == (None, 3, 3)
    with pytest.raises(ConflictError, match=r"recipe.yml was changed"):
        projects.version_of(shop)
    edit(store, "tables/cities.csv", "city\n")
    with pytest.raises(ConflictError, match="has got or lost a file"):
        projects.version_of(edited)


def test_two_who_approve_at_once_notice_each_other(projects: Projects, shop: StoredProject) -> None:
    projects.approve(shop, approved(shop, "ben"))
    with pytest.raises(ConflictError, match=r"approved.json was changed by somebody else"):
        projects.approve(shop, approved(shop, "cleo"))
    kept = projects.load("shop").approved
    assert kept is not None and kept.approved_by == "ben"


# --- a recipe that was written elsewhere ---


def test_a_recipe_is_saved_over_its_base(projects: Projects, shop: StoredProject) -> None:
    text = "- object: customer\n  count: [unfinished\n"
    version = projects.save_recipe("shop", text, 2, note="half done")
    assert (version.number, version.note) == (3, "half done")
    assert projects.load("shop").recipe == text
    assert projects.save_recipe("shop", text, 3).number == 3


def test_the_first_recipe_has_a_base_without_one(projects: Projects) -> None:
    projects.create(plain())
    assert projects.save_recipe("shop", recipe(1), 1).number == 2
    with pytest.raises(ConflictError):
        projects.save_recipe("shop", recipe(2), 1)


def test_a_conflict_holds_both_sides(store: ObjectStore, projects: Projects, shop: StoredProject) -> None:
    opened(store, "ben").save_recipe("shop", recipe(2), 2)
    projects.save(projects.load("shop"), project=plain(uri="elsewhere"))
    with pytest.raises(ConflictError, match=r"shop/recipe.yml was changed by somebody else") as raised:
        projects.save_recipe("shop", recipe(3), 2)
    [clash] = raised.value.clashes
    assert (clash.file, clash.base, clash.theirs, clash.mine) == (
        "recipe.yml",
        recipe(1),
        recipe(2),
        recipe(3),
    )
    assert (clash.by, clash.version) == ("ben", 3)
    assert (clash.their_changes.changes, clash.my_changes.changes) == (
        ("customer: 1 → 2 rows",),
        ("customer: 1 → 3 rows",),
    )
    assert projects.load("shop").recipe == recipe(2)
    assert len(projects.versions("shop")) == 4


def test_a_conflict_in_the_project_says_what_each_side_changed(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    edit(store, "project.yaml", "name: shop\nsource: data\ntarget: {uri: theirs, mode: replace}\n")
    with pytest.raises(ConflictError, match=r"shop/project.yaml was changed") as raised:
        projects.save(shop, project=plain(uri="mine"), recipe=recipe(9), profile=facts(20))
    [clash] = raised.value.clashes
    assert clash.their_changes.changes == ("target uri out → theirs", "target mode append → replace")
    assert clash.my_changes.changes == ("target uri out → mine",)
    assert clash.version == 3 and log(projects)[2] == (3, "ana", "edited in the folder")
    stored = projects.load("shop")
    assert (stored.recipe, stored.profile) == (recipe(1), None), "all of a save or nothing"


def test_both_sides_may_change_different_files(projects: Projects, shop: StoredProject) -> None:
    projects.save(shop, project=plain(uri="elsewhere"))
    stored = projects.save(shop, recipe=recipe(2))
    assert (stored.project.target.uri, stored.recipe, stored.version) == ("elsewhere", recipe(2), 4)


def test_both_sides_may_write_the_same(projects: Projects, shop: StoredProject) -> None:
    projects.save(shop, recipe=recipe(2), profile=facts(20))
    assert projects.save(shop, recipe=recipe(2), profile=facts(20)).version == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- object: a\n  note: \ud800\n", "Line 2 .*half a character"),
        ("#" * 5_000_001, "5,000,001 bytes; 5,000,000 are the most"),
    ],
)
def test_what_can_be_no_recipe_is_not_saved(
    projects: Projects, shop: StoredProject, text: str, says: str
) -> None:
    with pytest.raises(RecipeError, match=says):
        projects.save_recipe("shop", text, 2)
    assert len(projects.versions("shop")) == 2


def test_versions_of_no_project(projects: Projects, shop: StoredProject) -> None:
    for ask in (
        projects.versions,
        projects.show,
        projects.diff,
        projects.record,
        lambda name: projects.restore(name, 1),
        lambda name: projects.save_recipe(name, "", 1),
    ):
        with pytest.raises(ProjectError, match="There are: shop"):
            ask("shpo")


# --- kills ---

Act = Callable[[Projects, str], object]


def inferring(projects: Projects, name: str) -> object:
    return projects.save(projects.load(name), project=plain(name, "elsewhere"), profile=facts(50))


def renaming(projects: Projects, name: str) -> object:
    return projects.save(
        projects.load(name), project=plain(name, "elsewhere"), recipe=recipe(2), profile=facts(50)
    )


def restoring(projects: Projects, name: str) -> object:
    """It writes project and table, and takes the recipe away."""
    return projects.restore(name, 1)


def creating(projects: Projects, name: str) -> object:
    return projects.create(plain(f"{name} new"), facts(50))


def prepare(store: ObjectStore, name: str) -> None:
    """A project with two versions and an edit that no version holds."""
    projects = opened(store)
    projects.create(plain(name), facts(10))
    edit(store, "tables/cities.csv", "city\nBern\n", name)
    projects.save(projects.load(name), project=plain(name, "there"), recipe=recipe(1))
    edit(store, "tables/cities.csv", "city\nBern\nOslo\n", name)


@MANY_CALLS
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", [inferring, renaming, restoring])
def test_a_killed_save_leaves_the_old_or_the_new_state(store: ObjectStore, act: Act, after: bool) -> None:
    states = []
    for at in range(1, 50):
        name = f"shop {at}"
        prepare(store, name)
        old = contents(opened(store), name)[1:]
        watched = WatchedStore(store, kill, at=at, after=after)
        try:
            act(opened(watched), name)
        except Killed:
            pass
        else:
            break
        states.append((old, name))
    expected = contents(opened(store), name)[1:]
    assert expected != old and len(states) >= 6
    seen = set()
    for old, name in states:
        found = contents(opened(store), name)[1:]
        assert found in (old, expected), name
        seen.add(found == old)
        project = opened(store).load(name).project
        assert project.target.uri == ("there" if found == old else "out" if act is restoring else "elsewhere")
        history = opened(store).versions(name)
        assert [each.version.number for each in reversed(history)] == list(range(1, len(history) + 1))
        texts = [
            opened(store).show(name, each.version.number)[1].get("tables/cities.csv") for each in history
        ]
        assert b"city\nBern\nOslo\n" in texts, "the edit in the folder is kept"
        again = opened(store).save(opened(store).load(name), recipe=recipe(99))
        assert (again.recipe, again.version) == (recipe(99), len(history) + 1)
        assert list(store.list(f"{name}/versions/staged/")) == [] or found == old
    assert seen == {True, False}


@MANY_CALLS
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_killed_creation_leaves_a_whole_project_or_none(store: ObjectStore, after: bool) -> None:
    for at in range(1, 50):
        try:
            creating(opened(WatchedStore(store, kill, at=at, after=after)), f"{at}")
        except Killed:
            pass
        else:
            break
        name = f"{at} new"
        projects = opened(store)
        try:
            stored = projects.load(name)
        except ProjectError:
            assert name not in projects.names()
            stored = projects.create(plain(name), facts(50))
        else:
            with pytest.raises(ProjectError, match="already"):
                projects.create(plain(name))
        assert (stored.project, stored.profile, stored.version) == (plain(name), facts(50), 1)
        assert name in projects.names()
    assert at > 4


# --- races ---


def both(store: ObjectStore, other: Callable[[], None], mine: Callable[[Projects], object]) -> Iterator[str]:
    """Let somebody else act before each call that a save makes; yields how ours ended."""
    at = 0
    while True:
        at += 1
        watched = WatchedStore(store, other, at=at, which="all")
        ours = opened(watched)
        try:
            mine(ours)
        except ConflictError as error:
            assert error.clashes
            yield "conflict"
        else:
            yield "saved" if watched.calls >= at else "end"
        if watched.calls < at:
            return


@MANY_CALLS
def test_of_two_writers_one_wins_whenever_the_other_comes(store: ObjectStore) -> None:
    projects = opened(store)
    ended = []

    def theirs() -> None:
        try:
            opened(store, "ben").save(base, recipe=recipe(100), project=plain(uri="ben"))
            other.append("saved")
        except ConflictError as error:
            assert [(clash.file, clash.theirs, clash.mine) for clash in error.clashes][-1] == (
                "recipe.yml",
                recipe(200),
                recipe(100),
            )
            other.append("conflict")

    def ours(watched: Projects) -> None:
        watched.save(base, recipe=recipe(200), project=plain(uri="ana"))

    base, other = projects.create(plain()), list[str]()
    for how in both(store, theirs, ours):
        stored = projects.load("shop")
        if how != "end":
            assert sorted([how, *other]) == ["conflict", "saved"]
            wanted = ("ben", recipe(100)) if how == "conflict" else ("ana", recipe(200))
            assert (stored.project.target.uri, stored.recipe) == wanted
        assert stored.version == (base.version or 0) + 1
        ended.append(how)
        base, other = projects.save(stored, recipe=recipe(0), project=plain()), []
    assert {"conflict", "saved"} <= set(ended) and len(ended) > 10


def saving(watched: Projects, base: StoredProject) -> None:
    watched.save(base, recipe=recipe(200), project=plain(uri="ana"))


def taking_away(watched: Projects, base: StoredProject) -> None:
    """The first version has no recipe."""
    watched.restore("shop", 1)


@MANY_CALLS
@pytest.mark.parametrize("act", [saving, taking_away])
def test_an_edit_in_the_folder_is_never_lost_whenever_it_comes(
    store: ObjectStore, act: Callable[[Projects, StoredProject], None]
) -> None:
    projects = opened(store)
    base = projects.save(projects.create(plain()), recipe=recipe(0))
    ended = []

    def theirs() -> None:
        edit(store, "recipe.yml", recipe(100))

    def ours(watched: Projects) -> None:
        act(watched, base)

    for how in both(store, theirs, ours):
        stored = projects.record("shop")
        texts = [
            projects.show("shop", number)[1].get("recipe.yml")
            for number in range((base.version or 0) + 1, (stored.version or 0) + 1)
        ]
        if how != "end":
            assert recipe(100).encode() in texts
            wanted = recipe(200).encode() if act is saving else None
            assert how == "conflict" or wanted in texts
        ended.append(how)
        base = projects.save(stored, recipe=recipe(0), project=plain())
    assert {"conflict", "saved"} <= set(ended)


@MANY_CALLS
def test_what_is_read_is_of_one_save_whoever_saves_meanwhile(store: ObjectStore) -> None:
    projects = opened(store)
    number = 0

    def theirs() -> None:
        nonlocal number
        number += 1
        stored = projects.load("shop")
        projects.save(
            stored, project=plain(uri=f"{number}"), recipe=recipe(number), profile=facts(number + 1)
        )

    projects.create(plain())
    theirs()
    for at in range(1, 100):
        watched = WatchedStore(store, theirs, at=at, which="all")
        found = opened(watched).load("shop")
        assert found.profile is not None
        seen = int(found.project.target.uri)
        assert (found.recipe, found.profile.k) == (recipe(seen), seen + 1)
        assert found.version is not None
        if watched.calls < at:
            break
    assert at > 8


@MANY_CALLS
@pytest.mark.parametrize("act", [inferring, renaming, restoring])
def test_a_save_whose_answers_are_lost_is_done_once(store: ObjectStore, act: Act) -> None:
    """A client that hears nothing asks again, and is told that the object is there already."""

    def refuse() -> None:
        raise ConflictError("It is there already.")

    for at in range(1, 50):
        name = f"shop {at}"
        prepare(store, name)
        watched = WatchedStore(store, refuse, at=at, after=True, which="conditions")
        act(opened(watched), name)
        found = contents(opened(store), name)[1:]
        if at == 1:
            first = found
        assert found == first, at
        # The edit in the folder, and the save.
        assert len(opened(store).versions(name)) == 5, at
        assert list(store.list(f"{name}/versions/staged/")) == []
        if watched.calls < at:
            break
    assert at > 5


def test_an_edit_that_comes_between_a_version_and_its_file_stays(store: ObjectStore) -> None:
    """The version is recorded, then the file is written: between the two an editor was faster."""
    base = opened(store).create(plain())
    for at in range(1, 20):
        watched = WatchedStore(store, lambda: edit(store, "recipe.yml", recipe(100)), at=at)
        try:
            base = opened(watched).save(base, recipe=recipe(at))
        except ConflictError as error:
            if "was edited in the folder while version" in str(error):
                [clash] = error.clashes
                break
            base = opened(store).load("shop")
    else:
        pytest.fail("the edit never came between")
    assert (clash.theirs, clash.mine) == (recipe(100), recipe(at))
    assert opened(store).load("shop").recipe == recipe(100)
    mine = opened(store).versions("shop")[1].version
    assert opened(store).restore("shop", mine.number).number == mine.number + 2
    assert opened(store).load("shop").recipe == recipe(at)


def test_of_eight_threads_exactly_one_wins(store: ObjectStore) -> None:
    opened(store).create(plain())
    barrier = threading.Barrier(8)
    won: list[int] = []
    lost: list[ConflictError] = []

    def write(number: int) -> None:
        barrier.wait()
        try:
            opened(store, f"writer {number}").save_recipe("shop", recipe(number), 1)
            won.append(number)
        except ConflictError as error:
            lost.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = won
    assert opened(store).load("shop").recipe == recipe(winner)
    mine = [clash.mine for error in lost for clash in error.clashes]
    assert sorted(filter(None, mine)) == sorted(recipe(n) for n in range(8) if n != winner)
    assert {clash.theirs for error in lost for clash in error.clashes} == {recipe(winner)}
    assert {clash.by for error in lost for clash in error.clashes} == {f"writer {winner}"}
    assert len(opened(store).versions("shop")) == 2


APPEND = """
import os, sys
from datetime import UTC, datetime
from synth_core.errors import ConflictError
from synth_core.projects import Projects
projects = Projects(adapter, author=str(os.getpid()), clock=lambda: datetime.now(UTC))
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    while True:
        base = projects.load("shop")
        try:
            projects.save(base, recipe=f"{base.recipe}# {os.getpid()} {number}\\n")
            break
        except ConflictError:
            pass
"""


@MANY_CALLS
def test_no_line_of_several_processes_is_lost(store_opener) -> None:
    projects = opened(store_opener.open())
    projects.save(projects.create(plain()), recipe="# begin\n")
    store_opener.together(APPEND)
    lines = (projects.load("shop").recipe or "").splitlines()
    assert len(lines) == len(set(lines)) == 41
    history = projects.versions("shop")
    assert [each.version.number for each in reversed(history)] == list(range(1, 43))
    for count, each in enumerate(reversed(history[:-1])):
        text = projects.show("shop", each.version.number)[1]["recipe.yml"].decode()
        assert text.splitlines() == lines[: count + 1]


def test_a_record_that_is_there_already_is_known_as_ones_own(
    store: ObjectStore, projects: Projects, shop: StoredProject
) -> None:
    """Whoever takes it for another's would take away what the record is about to move into place."""
    log = VersionLog(store, "shop")
    record = Record(version=log.version(2).model_copy(update={"number": 3}), staged={"profile.json": "mine"})
    assert log.append(record) and log.append(record)
    assert not log.append(record.model_copy(update={"staged": {"profile.json": "other"}}))
    assert log.record(3) == record


@IN_A_FOLDER
def test_200_versions_are_listed_fast(store: ObjectStore, projects: Projects, shop: StoredProject) -> None:
    log = VersionLog(store, "shop")
    for number in range(3, 201):
        changes = {"number": number, "parent": number - 1}
        assert log.append(Record(version=log.version(2).model_copy(update=changes)))
    with timed() as took:
        history = projects.versions("shop")
    assert took.seconds < 0.5
    assert len(history) == 200
