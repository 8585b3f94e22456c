"""Commands that are stopped say so and leave nothing behind; what a killed one left goes with the next one."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import ended, eventually, start
from small_shop import Synth, done

from synth_core.files.scratch import ScratchFolder

RECIPE = "- object: t\n  count: 200000\n  fields:\n    x: ${{ child_index }}\n"


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Under `nohup` a closed terminal is ignored, which the processes of these tests would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A table that takes long enough to be read."""
    path = tmp_path / "visits.csv"
    path.write_text("visit,place,note\n" + "".join(f"{i},{i % 97},n{i * 7}\n" for i in range(100_000)))
    return path


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A folder for temporary files that nobody else uses."""
    path = tmp_path / "temporary"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("sniff", signal.SIGTERM),
        ("relate", signal.SIGHUP),
        ("infer", signal.SIGTERM),
        ("preview", signal.SIGTERM),
        ("generate", signal.SIGINT),
    ],
)
def test_a_stopped_command_leaves_nothing_behind(
    synth: Synth, home: Path, source: Path, temporary: Path, command: str, number: signal.Signals
) -> None:
    (source.parent / "recipe.yml").write_text(RECIPE)
    done(synth("init", "q", "--source", source, "--target", source.parent / "q"))
    arguments = {
        "sniff": [str(source)],
        "relate": [str(source)],
        "infer": ["q"],
        "preview": ["p"],
        "generate": [str(source.parent / "recipe.yml"), "--out", str(source.parent / "made")],
    }[command]
    process = start(home, "-m", "synth_core", command, *arguments, "--json", TMPDIR=str(temporary))
    eventually(lambda: list(temporary.glob("synth-scratch-*")))
    process.send_signal(number)
    said = ended(process)
    assert (said.code, said.out) == (128 + number, "")
    assert said.err.startswith("synth: interrupted") and "Traceback" not in said.err
    assert list(temporary.iterdir()) == []
    assert not (source.parent / "made").exists()


LOADING = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "synth_core.api":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Finder())
from synth_core.cli import main
sys.exit(main(["runs"]))
"""


def test_a_signal_while_the_program_is_loaded(home: Path) -> None:
    said = ended(start(home, "-c", LOADING))
    assert (said.code, said.out, said.err) == (143, "", "synth: interrupted by SIGTERM.\n")


def test_a_signal_that_is_ignored_stays_so(home: Path, source: Path, temporary: Path) -> None:
    """`nohup synth …` goes on when its terminal is closed."""
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); from synth_core.cli import main; "
    )
    code += "sys.exit(main(['relate', sys.argv[1], '--json']))"
    process = start(home, "-c", code, str(source), TMPDIR=str(temporary))
    eventually(lambda: list(temporary.glob("synth-scratch-*")))
    process.send_signal(signal.SIGHUP)
    assert "visits" in done(ended(process)).out


HOLDER = """
import signal
from synth_core.files.scratch import ScratchFolder
folder = ScratchFolder("workbench")
(folder.path / "rows").write_text("rows of the source")
print(folder.path, flush=True)
signal.pause()
"""


def test_what_a_killed_process_left_is_removed_by_the_next_one(
    home: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mine = temporary / "synth-scratch-notes"
    mine.mkdir()
    elsewhere = temporary.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_text("mine")
    (temporary / "synth-scratch-workbench-abcd1234").symlink_to(elsewhere)
    process = start(home, "-c", HOLDER, TMPDIR=str(temporary))
    assert process.stdout
    left = Path(process.stdout.readline().strip())
    with ScratchFolder("workbench") as other:
        assert other.parent == left.parent == temporary
        assert (left / "rows").exists(), "it is in use"
        assert other.stat().st_mode & 0o077 == 0
    assert not other.exists()

    process.kill()
    ended(process)
    assert (left / "rows").exists()
    with ScratchFolder("child"):
        assert not left.exists()
    assert (elsewhere / "file").exists()
    assert sorted(path.name for path in temporary.iterdir()) == [
        "synth-scratch-notes",
        "synth-scratch-workbench-abcd1234",
    ]


def test_a_folder_that_was_never_closed_goes_with_its_process(home: Path, temporary: Path) -> None:
    said = ended(start(home, "-c", HOLDER.replace("signal.pause()", ""), TMPDIR=str(temporary)))
    assert said.code == 0 and str(temporary) in said.out
    assert list(temporary.iterdir()) == []
