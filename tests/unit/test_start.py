"""What is loaded when a process starts: users wait for it, and a run starts several processes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import synth_core
from synth_core import api
from synth_core.starting import code_of

SLOW = ("duckdb", "faker", "google.cloud", "numpy", "pandas", "pyarrow", "snowfakery", "streamlit")
"""Each takes a tenth of a second or more."""


def loaded_by(statement: str) -> set[str]:
    """The modules that a new process has after it."""
    script = f"{statement}; import sys; print(*sys.modules)"
    root = Path(synth_core.__file__).parents[1]
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    return set(said.stdout.split())


def test_the_help_of_the_command_line_loads_no_data_and_no_cloud() -> None:
    loaded = loaded_by("import synth_core.cli.app")
    assert "typer" in loaded
    assert sorted(loaded & set(SLOW)) == []


def test_a_worker_loads_what_makes_rows_and_no_more() -> None:
    loaded = loaded_by("import synth_core.execution.worker")
    assert "pyarrow" in loaded
    unwanted = {"duckdb", "faker", "pandas", "snowfakery", "google.cloud", "synth_core.stages.gather"}
    assert sorted(loaded & unwanted) == []
    assert not [name for name in loaded if name.startswith("synth_core.ask.")]


def test_looking_at_a_file_loads_neither_recipes_nor_lists_of_cities(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,city,job\nAnn Lee,Leeds,nurse\nBob Ray,Paris,engineer\n")
    loaded = loaded_by(f"from synth_core import api; api.look({str(tmp_path / 'people.csv')!r})")
    assert "synth_core.stages.describe.gazetteers" in loaded
    rooms = {".".join(name.split(".")[:2]) for name in loaded}
    unwanted = {"faker", "jinja2", "pandas", "phonenumbers.geodata"}
    rooms_unwanted = {f"synth_core.{room}" for room in ("engine", "history", "jobs", "projects", "recipe")}
    assert sorted(loaded & unwanted | rooms & rooms_unwanted) == []


def test_a_job_that_runs_a_plan_reads_no_source() -> None:
    loaded = loaded_by("import synth_core.jobs.__main__; from synth_core import api; api.run, api.measure")
    assert "synth_core.execution.driver" in loaded
    rooms = {".".join(name.split(".")[:3]) for name in loaded}
    unwanted = {"faker", "pandas", "snowfakery", "google.cloud", "streamlit"}
    rooms_unwanted = {f"synth_core.stages.{room}" for room in ("gather", "infer", "relate", "sniff")}
    assert sorted(loaded & unwanted | rooms & rooms_unwanted) == []


def ended(place: Path, main: str) -> subprocess.CompletedProcess[str]:
    """A process of ours that has a DuckDB and runs `main`."""
    (place / "late.py").write_text(f"import gc\nfrom synth_core.files.scratch import ScratchFolder\n{main}")
    first = f"import duckdb; sys.path.insert(0, {str(place)!r})"
    return subprocess.run(
        [sys.executable, "-P", "-c", code_of("late", first)], capture_output=True, text=True
    )


def test_a_process_of_ours_says_nothing_of_its_own_and_looks_for_garbage(tmp_path: Path) -> None:
    said = ended(tmp_path, "def main():\n    return 3 * gc.isenabled()\n")
    assert (said.returncode, said.stdout, said.stderr) == (3, "", "")


def test_a_process_of_ours_makes_arrays_without_pandas(tmp_path: Path) -> None:
    said = ended(
        tmp_path,
        "import sys\nimport pyarrow as pa\n"
        "def main():\n    pa.array([1])\n    return 3 * ('pandas' not in sys.modules)\n",
    )
    assert (said.returncode, said.stderr) == (3, "")


def test_a_process_of_ours_leaves_no_rows_behind(tmp_path: Path) -> None:
    said = ended(
        tmp_path, "def main():\n    gc.here = ScratchFolder('test')\n    print(gc.here.path)\n    return 0\n"
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout and not Path(said.stdout.strip()).exists()


def test_a_process_of_ours_that_breaks_says_where(tmp_path: Path) -> None:
    said = ended(tmp_path, "def main():\n    raise ValueError('broken')\n")
    assert said.returncode == 1 and "ValueError: broken" in said.stderr


def test_each_function_of_the_api_is_where_it_is_said_to_be() -> None:
    tree = ast.parse(Path(api.__file__).read_text(encoding="utf-8"))
    [typed] = [node for node in tree.body if isinstance(node, ast.If)]
    for_checkers = {
        alias.name: node.module
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert for_checkers == api._MODULES
    assert sorted(api.__all__) == sorted(api._MODULES)
    for name in api.__all__:
        assert getattr(api, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = api.nothing  # type: ignore[attr-defined]


def test_no_module_of_the_api_hides_a_function() -> None:
    """Loading a module makes it an attribute of its package, over a function that is loaded when it is asked for."""
    modules = {path.stem for path in Path(api.__file__).parent.glob("*.py")}
    assert modules & set(api.__all__) == set()
