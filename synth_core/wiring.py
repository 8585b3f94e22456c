"""Which adapter serves a URI: the one place, besides the command line, that knows adapters.

They and what asks a model are loaded when they are needed: a worker, which opens a store and no more, starts in half
the time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from synth_core.adapters.folder import FolderStore
from synth_core.errors import SynthError, TargetError, UsageError
from synth_core.model.places import Place, PlaceKind, is_bucket, is_remote, parse_place, project_of
from synth_core.model.project import Exposure
from synth_core.ports import (
    Catalogue,
    LanguageModel,
    Model,
    ObjectStore,
    RunBackend,
    SourceFiles,
    Warehouse,
)
from synth_core.settings import Settings, load, masked

if TYPE_CHECKING:
    from synth_core.adapters.scripted import ScriptedModel
    from synth_core.ask.asking import Announce, Asker
    from synth_core.ask.kept import Answers
    from synth_core.ask.model import AskedModel
    from synth_core.ask.recipe import Trial
    from synth_core.checkup import Probes, Wanted


def open_store(home: str | Path, address: str = "") -> ObjectStore:
    """The store of projects and runs: `gs://BUCKET/PREFIX`, or the home folder where there is no address."""
    if not address:
        return FolderStore(Path(home))
    from synth_core.adapters.gcs import BucketStore
    from synth_core.adapters.google.clients import storage_client

    place = parse_place(address)
    return BucketStore(storage_client(), place.bucket, place.name)


def open_files(address: str) -> ObjectStore:
    """Where a run's finished files or staged input lie: a folder, or `gs://BUCKET/PREFIX`."""
    place = parse_place(address)
    if place.kind is not PlaceKind.BUCKET:
        return FolderStore(Path(address))
    from synth_core.adapters.gcs import BucketStore
    from synth_core.adapters.google.clients import storage_client

    return BucketStore(storage_client(), place.bucket, place.name, error_class=TargetError)


def bucket_location(address: str) -> str:
    """Where the bucket of an address is; empty for a folder, and where the caller may not know. Raises TargetError
    where there is no such bucket."""
    place = parse_place(address)
    if place.kind is not PlaceKind.BUCKET:
        return ""
    from synth_core.adapters.gcs import location_of
    from synth_core.adapters.google.clients import storage_client

    return location_of(storage_client(), place.bucket)


def open_bucket(name: str) -> SourceFiles:
    """The files of a bucket, for reading only."""
    from synth_core.adapters.gcs import BucketFiles
    from synth_core.adapters.google.clients import storage_client

    return BucketFiles(storage_client(), name)


def open_warehouse(uri: str, *, read_only: bool = False, settings: Settings | None = None) -> Warehouse:
    """The warehouse behind `duckdb:PATH` or `bigquery:PROJECT.DATASET`. Raises UsageError for another kind of address.

    Who is billed, where a dataset is made and how much a query may read is said by the settings; without them, by those
    that hold here.
    """
    place = parse_place(uri)
    if place.kind is PlaceKind.DUCKDB:
        from synth_core.adapters.duckdb import DuckDBWarehouse

        return DuckDBWarehouse(Path(place.path).expanduser().absolute(), read_only=read_only)
    if place.kind is PlaceKind.BIGQUERY:
        from synth_core.adapters.bigquery import BigQueryWarehouse
        from synth_core.adapters.bigquery.connection import Limits

        known = settings or load()
        limits = Limits(max_bytes_billed=known.max_bytes_billed, price_per_tib=known.price_per_tib)
        return BigQueryWarehouse(
            place.project,
            place.dataset,
            billing_project=known.project,
            location=known.location,
            limits=limits,
            read_only=read_only,
        )
    raise UsageError(
        f"{uri!r} names no warehouse.", hint="Write `bigquery:PROJECT.DATASET` or `duckdb:PATH`."
    )


def open_source(uri: str, *, settings: Settings | None = None) -> Warehouse:
    """The same, for reading only."""
    return open_warehouse(uri, read_only=True, settings=settings)


def open_target(uri: str, sources: Sequence[str], *, settings: Settings | None = None) -> Warehouse:
    """The warehouse of a target. A dataset that is not there yet is made where the settings say, else where the first
    of the sources is that is in the cloud: rows do not change their continent because nobody thought of it."""
    known = settings or load()
    place = parse_place(uri)
    if place.kind is PlaceKind.BIGQUERY and not known.location and not _dataset(place, known)[0]:
        known = replace(known, location=_location_of(sources, known))
    return open_warehouse(uri, settings=known)


def _location_of(sources: Sequence[str], settings: Settings) -> str:
    from synth_core.model.sources import pattern_of

    for source in sources:
        place = parse_place(pattern_of(source))
        if place.kind is PlaceKind.BIGQUERY:
            return _dataset(place, settings)[1]
        if place.kind is PlaceKind.BUCKET:
            location = bucket_location(str(place))
            # Of the areas that buckets can be in, datasets know these.
            return location if "-" in location or location.lower() in ("us", "eu") else ""
    return ""


def _dataset(place: Place, settings: Settings) -> tuple[bool, str]:
    """Whether a dataset is there, and where."""
    from synth_core.adapters.bigquery.connection import Connection

    connection = Connection.open(
        place.project, place.dataset, billing_project=settings.project, read_only=True
    )
    try:
        return connection.find() is not None, connection.location
    finally:
        connection.close()


def open_existing(uri: str) -> Warehouse | None:
    """A target's warehouse, to look at what it has already; None where there is none yet."""
    place = parse_place(uri)
    if place.kind is PlaceKind.DUCKDB and not Path(place.path).expanduser().exists():
        return None
    return open_warehouse(uri, read_only=place.kind is PlaceKind.DUCKDB)


def open_catalogue(address: str, project: str = "") -> Catalogue:
    """What is at an address, which may also be none (the caller's projects), `bigquery:PROJECT` (datasets), or `gs://`
    (buckets of the project). Raises SynthError at once where a stand-in is named that is not there."""
    if not address or is_remote(address):
        from synth_core.adapters.google.hosts import check_answers

        check_answers("STORAGE_EMULATOR_HOST" if is_bucket(address) else "BIGQUERY_EMULATOR_HOST")
    if address in ("", "bigquery:"):
        return _projects()
    if address.removesuffix("/") in ("gs:/", "gs:"):
        from synth_core.adapters.gcs.browse import Buckets
        from synth_core.adapters.google.clients import storage_client

        named = project or default_project()
        return Buckets(storage_client(named), named)
    name = project_of(address)
    if name:
        from synth_core.adapters.bigquery.browse import Datasets
        from synth_core.adapters.google.clients import bigquery_client

        return Datasets(bigquery_client(project or name), name)
    place = parse_place(address)
    if place.is_warehouse and place.tables:
        raise UsageError(
            f"{address!r} names tables, not a place where tables are.", hint=f"Write {str(place)!r}."
        )
    if place.kind is PlaceKind.DUCKDB:
        from synth_core.adapters.duckdb.browse import DuckDBTables

        return DuckDBTables(Path(place.path))
    if place.kind is PlaceKind.BIGQUERY:
        from synth_core.adapters.bigquery.browse import Tables
        from synth_core.adapters.google.clients import bigquery_client

        return Tables(bigquery_client(project or place.project), place.project, place.dataset)
    if place.kind is PlaceKind.BUCKET:
        from synth_core.adapters.gcs.browse import Objects
        from synth_core.adapters.google.clients import storage_client

        return Objects(storage_client(project), place.bucket, place.name)
    from synth_core.adapters.folder_browse import FolderFiles

    return FolderFiles(Path(place.path))


def _projects() -> Catalogue:
    from synth_core.adapters.bigquery.browse import Projects
    from synth_core.adapters.google.clients import bigquery_client

    try:
        # The list is the caller's own: the client's project does not matter, but it must have one.
        return Projects(bigquery_client("-"))
    except SynthError as error:
        raise SynthError(
            error.message,
            hint=f"{error.hint} Without a cloud name a place: `synth sources FOLDER`, `synth sources duckdb:PATH`.",
        ) from error


def open_model(
    settings: Settings,
    answers: Answers,
    *,
    shown: Exposure,
    announce: Announce | None = None,
    trial: Trial | None = None,
    prompts: Mapping[str, str] | None = None,
) -> Model:
    """Who judges and drafts: our rules, or, where the settings say so, Gemini; `prompts` are the project's own texts.
    Raises UsageError for a Gemini without a project, PromptError for an unfit text."""
    from synth_core.adapters.rules import RulesModel

    if settings.model == RulesModel.id:
        return RulesModel()
    carrier = open_language_model(settings)
    return asked_model(
        settings, carrier, answers, shown=shown, announce=announce, trial=trial, prompts=prompts
    )


def open_language_model(settings: Settings) -> LanguageModel:
    """Gemini on Vertex AI, or the stand-in that the settings name."""
    from synth_core.adapters.gemini import Gemini
    from synth_core.adapters.google.clients import default_project

    # Nobody signs in at a stand-in, so it does not matter whose project it is.
    project = settings.project or ("stand-in" if settings.model_endpoint else default_project())
    return Gemini(project, settings.model_location, endpoint=settings.model_endpoint)


def open_script(file: Path) -> ScriptedModel:
    """A Python file that answers in place of a model."""
    from synth_core.adapters.scripted import ScriptedModel

    return ScriptedModel(file)


def asked_model(
    settings: Settings,
    carrier: LanguageModel,
    answers: Answers,
    *,
    shown: Exposure,
    announce: Announce | None = None,
    trial: Trial | None = None,
    prompts: Mapping[str, str] | None = None,
) -> AskedModel:
    """Whoever answers behind the carrier, asked with our questions, in the project's own words where it has some."""
    from synth_core.ask.model import AskedModel

    asker = asker_of(settings, carrier, answers, announce=announce, prompts=prompts)
    return AskedModel(asker, shown, trial=trial)


def asker_of(
    settings: Settings,
    carrier: LanguageModel,
    answers: Answers,
    *,
    announce: Announce | None = None,
    prompts: Mapping[str, str] | None = None,
) -> Asker:
    """Who puts questions to whoever answers behind the carrier."""
    from synth_core.ask.accounts import PRICES
    from synth_core.ask.asking import Asker, unheard
    from synth_core.ask.own import questions_with

    prices = {**PRICES, **settings.model_prices}
    asked = questions_with(prompts or {})
    return Asker(carrier, settings.models, answers, prices, announce=announce or unheard, asked=asked)


def open_probes(wanted: Wanted) -> Probes:
    """Who asks Google's services for what is wanted of them. Nobody signs in where stand-ins serve all of it."""
    from synth_core.adapters.google.probes import GoogleProbes

    hosts = [
        *(["BIGQUERY_EMULATOR_HOST"] if wanted.uses_bigquery else []),
        *(["STORAGE_EMULATOR_HOST"] if wanted.uses_buckets else []),
    ]
    stand_ins = [f"{name} is {masked(os.environ[name])}" for name in hosts if os.environ.get(name)]
    is_served = len(stand_ins) == len(hosts)
    if wanted.models:
        stand_ins += [f"model_endpoint is {masked(wanted.model_endpoint)}"] if wanted.model_endpoint else []
        is_served = is_served and bool(wanted.model_endpoint)
    return GoogleProbes(wanted.project, ", ".join(stand_ins) if is_served else "")


def default_project() -> str:
    """The Google Cloud project that the environment or the credentials name; empty where they name none."""
    from synth_core.adapters.google import clients

    return clients.default_project()


def open_backend() -> RunBackend:
    """Where workers run: processes of this machine."""
    from synth_core.adapters.local_processes import LocalProcesses

    return LocalProcesses()
