"""What the review app needs where it is served to others: a store that lasts, somebody who says who is there, and room
for the files of runs."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from synth_core.checkup.machine import existing, writable
from synth_core.checkup.report import Result, State
from synth_core.errors import SynthError
from synth_core.model.places import is_bucket
from synth_core.ports import ObjectStore
from synth_core.settings import Settings
from synth_core.settings.hosting import is_hosted, limits_of

_PROBE = "checks"


def examine_service(settings: Settings, store: ObjectStore) -> Iterator[Result]:
    """Store, identity, and the folders for files of runs."""
    yield _store(settings, store)
    yield _identity(settings)
    yield writable("home", settings.home)
    files = settings.bucket or settings.output
    if files and is_bucket(files):
        yield _ok("service.output", f"finished files {files}", "They go up while they are made.")
        return
    place = Path(files) if files else settings.home
    if files:
        yield writable("finished files", place)
    yield _room(settings, place)


def _store(settings: Settings, store: ObjectStore) -> Result:
    """Writes a little, and takes it away."""
    check, about = "service.store", f"store {settings.store or settings.home}"
    if is_hosted() and not settings.store:
        return Result(
            check=check,
            about=about,
            state=State.MISSING,
            message="The file system of Cloud Run is memory: projects and runs would be gone with the instance.",
            hint="Set SYNTH_STORE to gs://BUCKET/PREFIX.",
        )
    name = f"{_PROBE}/{uuid.uuid4().hex}"
    try:
        generation = store.put(name, b"", if_generation=0)
        store.delete(name, if_generation=generation)
    except SynthError as error:
        return Result(check=check, about=about, state=State.MISSING, message=error.message, hint=error.hint)
    return _ok(check, about, "It can be reached and written.")


def _identity(settings: Settings) -> Result:
    check, about = "service.identity", f"identity {settings.identity}"
    if settings.identity == "local":
        if not is_hosted():
            return _ok(check, about, f"Whoever reaches the app on this machine is {settings.user}.")
        return Result(
            check=check,
            about=about,
            state=State.MISSING,
            message="Whoever reaches this service would be its own user, who may do everything.",
            hint="Set SYNTH_IDENTITY to iap or oidc.",
        )
    if settings.identity == "iap" and not settings.iap_audience:
        return Result(
            check=check,
            about=about,
            state=State.MISSING,
            message="Nothing says whom the proxy's signed header has to be for.",
            hint="Set SYNTH_IAP_AUDIENCE, such as /projects/NUMBER/locations/REGION/services/SERVICE.",
        )
    if not settings.editors and not settings.approvers:
        return Result(
            check=check,
            about=about,
            state=State.LOOK,
            message="Neither `editors` nor `approvers` names anybody: all are viewers, who can start nothing.",
            hint="Set SYNTH_EDITORS and SYNTH_APPROVERS, such as *@acme.com.",
        )
    return _ok(check, about, "People are signed in, and their roles are set.")


def _room(settings: Settings, place: Path) -> Result:
    """The limit must fit into what is free: where files are memory, too many of them end the instance."""
    check, about = "service.room", f"finished files {place}"
    limits, free = limits_of(settings), shutil.disk_usage(existing(place)).free
    if not limits.bytes:
        return _ok(check, about, f"{_size(free)} are free; `local_bytes` sets no limit.")
    limit = f"`local_bytes` is {_size(limits.bytes)} ({limits.bytes_from})"
    if free < limits.bytes:
        return Result(
            check=check,
            about=about,
            state=State.MISSING,
            message=f"{limit}, but only {_size(free)} are free.",
            hint="Give more memory or disk, set SYNTH_LOCAL_BYTES lower, or SYNTH_BUCKET: files then go up.",
        )
    return _ok(check, about, f"{limit}, and {_size(free)} are free.")


def _size(number: int) -> str:
    return f"{number / 2**20:,.0f} MiB" if number < 2**30 else f"{number / 2**30:,.1f} GiB"


def _ok(check: str, about: str, message: str) -> Result:
    return Result(check=check, about=about, state=State.OK, message=message)
