"""The image: what its recipe says, and its entry command, run from a clean checkout against a stand-in of Cloud
Storage."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest
import requests
from servers.faults import Fault, Request
from servers.iap import AUDIENCE, SigningProxy
from servers.loopback import serving
from servers.oidc import CLIENT, SECRET, Provider
from servers.storage import StorageServer
from servers.visitor import Visitor
from websockets.exceptions import ConnectionClosed, InvalidStatus

from synth_core.adapters.gcs import BucketStore
from synth_core.adapters.google.clients import storage_client
from ui import serve

ROOT = Path(__file__).parents[2]
HEADER = "x-goog-iap-jwt-assertion"
COMPILED = ("synth_core", "ui")
"""By pip, and by a line of the image's recipe."""


@dataclass
class Stage:
    """One stage of a Dockerfile."""

    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        return [rest for each, rest in self.steps if each == word]

    @property
    def variables(self) -> dict[str, str]:
        return dict(part.split("=", 1) for rest in self.all("ENV") for part in shlex.split(rest))


def stages() -> list[Stage]:
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append(Stage(rest))
        else:
            found[-1].steps.append((word, " ".join(rest.split())))
    return found


def ignored(name: str) -> bool:
    """As .dockerignore has it."""
    patterns = (ROOT / ".dockerignore").read_text().split()
    parts = Path(name).parts
    tops = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    return any(
        fnmatch(each, pattern.removeprefix("**/")) if pattern.startswith("**/") else each == pattern
        for pattern in patterns
        for each in (*tops, *(parts if pattern.startswith("**/") else ()))
    )


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the image gets, of a clean checkout: `COPY` of both stages, in their order; compiled as in it."""
    place = tmp_path_factory.mktemp("image")
    checkout = place / "checkout"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if not ignored(name) and (ROOT / name).exists():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            # With its time, by which Python knows that what was compiled is of this file.
            shutil.copy2(ROOT / name, checkout / name)
    app = place / "app"
    for stage in stages():
        for rest in stage.all("COPY"):
            *sources, target = rest.split()
            if sources[0].startswith("--from"):
                continue
            for source in sources:
                found, there = checkout / source, app / target
                if found.is_dir():
                    shutil.copytree(found, there)
                else:
                    there = there / source if target.endswith("/") else there
                    there.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(found, there)
    for room in COMPILED:
        for folder in (ROOT / room).rglob("__pycache__"):
            if (app / folder.relative_to(ROOT).parent).exists():
                shutil.copytree(folder, app / folder.relative_to(ROOT))
    return app


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Service:
    """The container's process."""

    app: Path
    python: Path
    """Of the environment that the image's lines install."""
    variables: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self, *other: str) -> None:
        """As the image says, or by another command of Python's that is given the port last."""
        self.port = self.port or free_port()
        command = [str(self.python), *other, str(self.port)] if other else self.command("CMD")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.app, env=self.environment(), stdout=log, stderr=log
            )
        deadline = time.monotonic() + 120
        while not self._listens() or not self.answers():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()

    def command(self, word: str) -> list[str]:
        """An instruction's command, in its JSON form, by the environment's Python."""
        [line] = stages()[-1].all(word)
        command: list[str] = json.loads(line[line.index("[") :])
        assert command[0] == "python"
        return [str(self.python), *command[1:]]

    def run(self, word: str = "CMD") -> subprocess.CompletedProcess[str]:
        """For what ends by itself."""
        return subprocess.run(
            self.command(word),
            cwd=self.app,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def answers(self) -> bool:
        """The platform's look, over and over until the server is up."""
        return self.run("HEALTHCHECK").returncode == 0

    def _listens(self) -> bool:
        """Asked before the platform looks: each look is a process, which would take its time from the server's."""
        assert self.process is not None
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
            return False
        return True

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def environment(self) -> dict[str, str]:
        said = {name: value for name, value in stages()[-1].variables.items() if name != "PATH"}
        path = {"PATH": f"{self.python.parent}:/usr/bin:/bin"}
        return {**said, **path, "HOME": str(self.log.parent), "PORT": str(self.port), **self.variables}


@pytest.fixture
def proxy() -> Iterator[SigningProxy]:
    with serving(SigningProxy()) as server:
        assert isinstance(server, SigningProxy)
        yield server


@pytest.fixture
def service(
    image: Path, tmp_path: Path, storage_server: StorageServer, proxy: SigningProxy
) -> Iterator[Service]:
    """As on Cloud Run, behind the proxy."""
    storage_server.bucket("team")
    variables = {
        "K_SERVICE": "synth",
        "SYNTH_STORE": "gs://team/studio",
        "SYNTH_HOME": str(tmp_path / "memory"),
        "SYNTH_IDENTITY": "iap",
        "SYNTH_IAP_AUDIENCE": AUDIENCE,
        "SYNTH_IAP_KEYS": proxy.url,
        "SYNTH_EDITORS": "*@acme.example",
        "STORAGE_EMULATOR_HOST": storage_server.url,
        # Where the packages are those of the tests, the code is the checkout's.
        "PYTHONPATH": str(image),
    }
    made = Service(image, Path(sys.executable), variables, tmp_path / "server.log")
    yield made
    made.kill()


# --- what the recipe says ---


def test_the_image_runs_as_nobody_in_particular_and_has_no_compiler() -> None:
    build, last = stages()
    users = last.all("USER")
    assert users and users[-1] not in ("root", "0")
    words = [word for word, _ in last.steps]
    assert words.index("USER") < words.index("CMD")
    assert "COPY" not in words[words.index("USER") :], "nobody writes into the program's own files"
    for stage in (build, last):
        assert stage.base.startswith("python:3.11-slim"), "no compiler is in it"
        assert not any("apt" in line for line in stage.all("RUN"))
    assert not any("pip" in line for line in last.all("RUN"))
    assert last.all("HEALTHCHECK") and last.all("CMD") == ['["python", "-m", "ui.serve"]']
    assert last.variables["PORT"] == "8080"
    assert "/venv/bin/python -m compileall -q ui" in last.all("RUN"), (
        "no process would write what it compiles"
    )


def test_nothing_private_goes_into_the_image(image: Path) -> None:
    there = {path.relative_to(image).parts[0] for path in image.rglob("*") if path.is_file()}
    assert {"app.py", "pages", "ui", "synth_core", "prompts", ".streamlit"} <= there
    assert not {"tests", "bench", ".git", "projects", ".venv"} & there
    assert sorted(path.name for path in (image / ".streamlit").iterdir()) == ["config.toml"]
    for name in (".streamlit/secrets.toml", "my-credentials.json", "a/key.pem", ".env", "x.duckdb"):
        assert ignored(name), name


def test_its_packages_are_those_of_the_tests() -> None:
    """The lines that install them find all there is in this environment, and nothing to fetch."""
    [install, _] = [line for line in stages()[0].all("RUN") if "pip install" in line]
    command = shlex.split(install.replace("/venv/bin/pip", f"{sys.executable} -m pip"))
    said = subprocess.run(
        [*command, "--dry-run", "--no-index", "--disable-pip-version-check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    assert "Would install" not in said.stdout


# --- before it serves ---


CAN_NOT_WORK: list[tuple[dict[str, str], str]] = [
    ({"SYNTH_STORE": ""}, "Set SYNTH_STORE to gs://BUCKET/PREFIX"),
    ({"SYNTH_IDENTITY": "iap2"}, "environment SYNTH_IDENTITY: SYNTH_IDENTITY is 'iap2'"),
    ({"SYNTH_IDENTITY": "oidc"}, "There is no `[auth]` in .streamlit/secrets.toml"),
    ({"SYNTH_STORE": "gs://nobodys/studio"}, "There is no bucket gs://nobodys"),
    ({"SYNTH_IDENTITY": "local"}, "Set SYNTH_IDENTITY to iap or oidc"),
    ({"SYNTH_IAP_AUDIENCE": ""}, "Set SYNTH_IAP_AUDIENCE"),
    ({"LOCAL_OUTPUT_BASE_DIR": "/proc/none"}, "Nothing can be written there"),
    ({"SYNTH_LOCAL_BYTES": str(2**59)}, "are free"),
]


@pytest.mark.parametrize(("changes", "said"), CAN_NOT_WORK[:3])
def test_a_service_that_can_not_work_says_why_and_does_not_start(
    service: Service, changes: dict[str, str], said: str
) -> None:
    service.variables |= changes
    ended = service.run()
    assert ended.returncode in (1, 2)
    assert said in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(("changes", "said"), CAN_NOT_WORK[3:])
def test_all_that_it_can_not_work_without_is_said(
    service: Service,
    changes: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the same command in this process, which would become the server were it satisfied."""
    service.variables |= changes
    for name, value in service.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "execv", lambda *command: pytest.fail(f"it serves: {command}"))
    assert serve.main() == 1
    assert said in capsys.readouterr().err


# --- served ---


def entering(proxy: SigningProxy, **claims: object) -> list[tuple[str, str]]:
    return [(HEADER, proxy.signed(**claims))]


def test_a_project_outlives_the_server(service: Service, proxy: SigningProxy, tmp_path: Path) -> None:
    service.start()
    with Visitor(service.port, entering(proxy)) as ana:
        home = ana.look()
        assert "There is no project yet" in home.text, home.text
        assert "ana@acme.example" in home.text.replace("\\", "")
        ana.press(home.buttons["Try the example shop"])
    store = BucketStore(storage_client(), "team", "studio")
    assert store.get("shop/project.yaml")[0]
    service.kill()
    shutil.rmtree(tmp_path / "memory", ignore_errors=True)  # an instance's files go with it
    service.start()
    with Visitor(service.port, entering(proxy, email="bo@acme.example")) as bo:
        assert "shop" in bo.look().text
        link = bo.look("schema", project="shop").text.replace("\\", "")
        assert (
            re.search(r"shop\*\* · v\d saved", link)
            and "by ana@acme.example" in link
            and "bo@acme.example" in link
        )


@pytest.mark.parametrize("writes", [1, *(pytest.param(at, marks=pytest.mark.slow) for at in (0, 3, 9))])
def test_a_server_that_is_killed_while_it_writes(
    service: Service, proxy: SigningProxy, storage_server: StorageServer, writes: int
) -> None:
    """What was there is there, and what was being made is whole or not there."""
    service.start()
    with Visitor(service.port, entering(proxy)) as ana:
        ana.press(ana.look().buttons["Try the example shop"])
    hold, is_here = threading.Event(), threading.Event()

    def arrives(request: Request) -> bool:
        is_here.set()
        return True

    storage_server.faults.add(
        Fault(method="POST", path="/upload", skip=writes, hold=hold, where=arrives, lose_reply=True)
    )
    with pytest.raises(ConnectionClosed), Visitor(service.port, entering(proxy)) as ana:
        button = ana.look().buttons["Try the example shop"]
        killer = threading.Thread(target=lambda: (is_here.wait(60), service.kill()))
        killer.start()
        ana.press(button)
    killer.join()
    hold.set()
    service.start()
    with Visitor(service.port, entering(proxy)) as ana:
        home = ana.look()
        assert "shop" in home.text and "can't be read" not in home.text
        assert re.search(r"shop\*\* · v\d saved", ana.look("schema", project="shop").text)


FORGED: dict[str, tuple[Callable[[SigningProxy], list[tuple[str, str]]], str]] = {
    "past the proxy": (lambda proxy: [], "did not come through the proxy"),
    "the plain header": (
        lambda proxy: [("x-goog-authenticated-user-email", "accounts.google.com:ana@acme.example")],
        "did not come through the proxy",
    ),
    "two headers": (lambda proxy: entering(proxy) + entering(proxy), "did not come through the proxy"),
    "another service": (lambda proxy: entering(proxy, aud="/projects/1/other"), "for another service"),
    "expired": (lambda proxy: entering(proxy, exp=int(time.time()) - 99), "expired"),
    "forged": (lambda proxy: entering(SigningProxyOfSomebodyElse), "signature is wrong"),
}


class _SomebodyElse:
    """Signs with a key of their own, under the real one's name."""

    def signed(self, **claims: object) -> str:
        with serving(SigningProxy()) as other:
            assert isinstance(other, SigningProxy)
            return other.signed(**claims)


SigningProxyOfSomebodyElse: SigningProxy = _SomebodyElse()  # type: ignore[assignment]


def test_only_whom_the_proxy_signed_in_sees_anything(service: Service, proxy: SigningProxy) -> None:
    service.start()
    for how, (headers, why) in FORGED.items():
        for page in ("", "schema", "history"):
            with Visitor(service.port, headers(proxy)) as stranger:
                seen = stranger.look(page)
                assert why in seen.text, (how, page, seen.text)
                assert "Recent runs" not in seen.text and not seen.buttons
    with Visitor(service.port, entering(proxy, email="eve@elsewhere.example")) as viewer:
        seen = viewer.look()
        assert "viewer" in seen.text and "Try the example shop" not in seen.buttons


@pytest.mark.slow
def test_a_connection_goes_on_when_its_header_expires(service: Service, proxy: SigningProxy) -> None:
    """The proxy's header is that of the request which opened the connection, and holds for ten minutes."""
    service.start()
    soon = int(time.time()) - 15
    with Visitor(service.port, entering(proxy, exp=soon)) as ana:
        assert "Recent runs" in ana.look().text
        while time.time() < soon + 32:
            assert "Recent runs" in ana.look().text
        assert "Recent runs" in ana.look().text
    with Visitor(service.port, entering(proxy, exp=soon)) as late:
        assert "expired" in late.look().text


def test_whoever_signs_in_at_a_provider_is_known_by_a_verified_address(
    service: Service, proxy: SigningProxy, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets.toml"
    with serving(Provider()) as provider:
        assert isinstance(provider, Provider)
        service.variables |= {"SYNTH_IDENTITY": "oidc", "STREAMLIT_SECRETS_FILES": str(secrets)}
        service.port = free_port()
        home = f"http://127.0.0.1:{service.port}"
        secrets.write_text(
            f'[auth]\nredirect_uri = "{home}/oauth2callback"\ncookie_secret = "{"x" * 40}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        )
        assert "lacks `server_metadata_url`" in service.run().stderr
        with secrets.open("a") as file:
            file.write(f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n')
        service.start()
        # The proxy's header counts for nothing here.
        for seen, letting in [("editor", True), ("does not vouch", False)]:
            provider.person["email_verified"] = letting
            browser = requests.Session()
            with Visitor(service.port, entering(proxy)) as somebody:
                gate = somebody.look("schema")
                assert "Sign in to see projects" in gate.text and "Recent runs" not in gate.text
                sent_to = somebody.press(gate.buttons["Sign in"]).sent_to
            answer = browser.get(f"{home}{sent_to}" if sent_to.startswith("/") else sent_to, timeout=30)
            assert answer.status_code == 200
            browser.get(f"{home}/_stcore/health", timeout=30)
            cookies = {str(each.name): str(each.value) for each in browser.cookies}
            with Visitor(service.port, cookies=cookies) as ana:
                assert seen in ana.look().text
            for forged in ("", "forged", cookies["_streamlit_user"][:-3]):
                with Visitor(service.port, cookies={**cookies, "_streamlit_user": forged}) as stranger:
                    assert "Sign in to see projects" in stranger.look().text


@pytest.mark.slow
def test_the_image_s_own_install_lines_give_what_it_needs(
    image: Path, service: Service, proxy: SigningProxy, tmp_path: Path
) -> None:
    venv, own_files = tmp_path / "venv", tmp_path / "app"
    shutil.copytree(image, own_files)
    for line in stages()[0].all("RUN"):
        own = line.replace("/venv", str(venv)).replace("python -m", f"{sys.executable} -m")
        said = subprocess.run(
            shlex.split(own), cwd=own_files, capture_output=True, text=True, env={**os.environ}
        )
        assert said.returncode == 0, said.stderr
    # As in the image, the code is the installed one.
    shutil.rmtree(own_files / "synth_core")
    shutil.rmtree(own_files / "prompts")
    service.app = own_files
    del service.variables["PYTHONPATH"]
    service.python = venv / "bin" / "python"
    service.start()
    with Visitor(service.port, entering(proxy)) as ana:
        home = ana.look()
        ana.press(home.buttons["Try the example shop"])
    assert BucketStore(storage_client(), "team", "studio").get("shop/project.yaml")[0]


def test_the_app_of_a_laptop_is_for_whoever_sits_at_it(service: Service) -> None:
    """As `make app` serves it. A web site may let a name of its own lead here; the app knows what it is called."""
    service.variables = {"SYNTH_HOME": str(service.log.parent / "home"), "PYTHONPATH": str(service.app)}
    service.start("-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port")
    with Visitor(service.port) as here, Visitor(service.port, host="localhost") as too:
        assert "approver" in here.look().text
        assert "approver" in too.look().text
    with pytest.raises(InvalidStatus, match="403"), Visitor(service.port, host="evil.example"):
        """Never reached."""
    # 127.0.0.2 is this machine, too, and answers where a server listens to all there is.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", service.port), timeout=5)
