"""Projects to look at, and pages that are run by themselves, as on a server that was just started."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from opening import Open
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from wide import wide

from synth_core import api
from synth_core.access import Person, Role
from synth_core.api import Desk
from synth_core.api.ground import projects_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _components_are_looked_for_once() -> Iterator[None]:
    """Streamlit looks through all installed packages for parts of pages, a server once when it starts. AppTest does it
    for each page that is opened, and takes longer for that than for the page."""
    found = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def _typical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example shop, drafted."""
    place = tmp_path_factory.mktemp("typical")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place))
        api.begin("shop", str(ROOT / "examples" / "shop"), f"duckdb:{place / 'made.duckdb'}")
        api.draft("shop")
    return place / "shop"


@pytest.fixture(scope="session")
def _huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten tables of 200 columns and their recipe. Not inferred: that is not what pages are tested for."""
    place = tmp_path_factory.mktemp("huge")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place))
        project, profile = wide(place)
        projects_in(None).create(project, profile, note="inferred")
        api.draft("huge")
    return place / "huge"


@pytest.fixture
def typical(home: Path, _typical: Path) -> str:
    """The name of a project over the example's files, with a recipe."""
    shutil.copytree(_typical, home / "shop")
    return "shop"


@pytest.fixture
def huge(home: Path, _huge: Path) -> str:
    """The name of a project of ten tables of 200 columns, with a recipe."""
    shutil.copytree(_huge, home / "huge")
    return "huge"


@pytest.fixture
def broken(typical: str, home: Path) -> str:
    """The name of a project whose project.yaml can't be read."""
    path = home / typical / "project.yaml"
    path.write_text(path.read_text().replace("tables:", "tabels:", 1))
    return typical


@pytest.fixture
def begun(home: Path, tmp_path: Path) -> str:
    """The name of a project about which nothing is inferred yet."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "people.csv").write_text("id,name\n1,Ana\n2,Bo\n")
    api.init("begun", str(tmp_path / "one"), str(tmp_path / "out"))
    return "begun"


@pytest.fixture
def open_app() -> Open:
    """Runs a page: `open_app("schema", project="shop")`; the home page without a name."""

    def open(page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if page:
            app.switch_page(f"pages/{page}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return open


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> Callable[[Role], None]:
    """From then on, whoever looks at a page has that role and is called like it."""

    def give(role: Role) -> None:
        monkeypatch.setattr("ui.shell._person", lambda: Person(role.word, role))

    return give


@pytest.fixture
def desk_of(home: Path) -> Callable[[Role], Desk]:
    """The desk of somebody with that role."""
    return lambda role: Desk(Person(role.word, role), home)
