"""Looks at everything in Google Cloud that the job will need, in the order in which one thing stands on another."""

from __future__ import annotations

from collections.abc import Iterator

from synth_core.checkup.answers import Answer, Outcome, Probes
from synth_core.checkup.locations import fits
from synth_core.checkup.meaning import SIGN_IN, result_of
from synth_core.checkup.report import Result, State
from synth_core.checkup.roles import PROTECTED_COLUMNS, READ_OBJECTS, WRITE_OBJECTS, Resource
from synth_core.checkup.wanted import Wanted
from synth_core.model.places import Place, PlaceKind

BIGQUERY, STORAGE, MODEL = "bigquery.googleapis.com", "storage.googleapis.com", "aiplatform.googleapis.com"
MAX_TABLES = 20
"""So many tables of a source are asked about."""
_STOPS = (Outcome.DISABLED, Outcome.SIGNED_OUT, Outcome.NO_BILLING, Outcome.BUSY)
"""After these every further question to the service gets the same answer."""


def examine(wanted: Wanted, probes: Probes) -> Iterator[Result]:
    """What is there and what is missing, one thing after the other; nothing where nothing is in the cloud."""
    if wanted.unsaid:
        yield Result(
            check="configuration",
            about="configuration",
            state=State.LOOK,
            message=f"It is no whole job: {wanted.unsaid}",
        )
    if wanted.is_local:
        return
    signed = probes.credentials()
    if not signed.is_fine:
        yield Result(
            check="credentials",
            about="application-default credentials",
            state=State.MISSING,
            message=signed.said or "There are none.",
            hint=f"Run `{SIGN_IN}`, or set GOOGLE_APPLICATION_CREDENTIALS to the key of a service account.",
            command=SIGN_IN,
        )
        yield _left_out("cloud", "everything else", "credentials are missing")
        return
    yield Result(
        check="credentials", about="application-default credentials", state=State.OK, message=signed.said
    )
    if not wanted.project:
        yield Result(
            check="project",
            about="project",
            state=State.MISSING,
            message="No Google Cloud project is named.",
            hint="Set `project` in synth.toml, or PROJECT_ID in the environment.",
        )
        yield _left_out("cloud", "everything else", "there is no project")
        return
    yield from _Examination(wanted, probes).results()


def _left_out(check: str, about: str, why: str) -> Result:
    return Result(check=check, about=about, state=State.SKIPPED, message=f"Not looked at: {why}.")


class _Examination:
    """Keeps the locations that it meets, which must fit each other at the end."""

    def __init__(self, wanted: Wanted, probes: Probes) -> None:
        self._wanted, self._probes = wanted, probes
        self._loads: dict[str, str] = {}
        """Location by dataset that is loaded from the bucket, or extracted into it."""
        self._buckets: dict[str, str] = {}
        self._asked: set[str] = set()
        """Datasets that would be made."""
        self._home = wanted.location
        """Where a dataset is made that is not there."""

    def results(self) -> Iterator[Result]:
        if self._wanted.uses_bigquery:
            yield from self._bigquery()
        yield from self._storage()
        yield from self._locations()
        yield from self._models()

    def _bigquery(self) -> Iterator[Result]:
        wanted = self._wanted
        place = Resource(kind="project", name=wanted.project)
        answer = self._probes.query(wanted.project, wanted.location)
        yield self._of("bigquery.query", answer, "run queries", place, absent="Check project and location.")
        if answer.outcome in _STOPS:
            yield _left_out("bigquery", "datasets and tables", "BigQuery gave no answer")
            return
        for source in wanted.sources:
            if source.kind is PlaceKind.BIGQUERY:
                yield from self._source(source)
        target = wanted.target
        if target and target.kind is PlaceKind.BIGQUERY:
            yield from self._target("bigquery.target", f"{target.project}.{target.dataset}")
        if wanted.audit:
            dataset, _, table = wanted.audit.rpartition(".")
            yield from self._target("bigquery.audit", dataset, table)
        if wanted.max_bytes_billed:
            yield self._limit()

    def _source(self, source: Place) -> Iterator[Result]:
        check, name = "bigquery.source", f"{source.project}.{source.dataset}"
        place = Resource(kind="dataset", name=name)
        found = self._probes.dataset(name)
        yield self._of(check, found, f"see the dataset{_in(found)}", place)
        if found.outcome is Outcome.ABSENT or found.outcome in _STOPS:
            return
        self._home = self._home or found.location
        if self._wanted.stage:
            self._loads[name] = found.location
        tables = source.tables
        if not tables:
            listed = self._probes.tables(name)
            yield self._of(check, listed, "list its tables", place)
            tables = listed.names[:1]
            if listed.is_fine and not tables:
                yield Result(check=check, about=str(place), state=State.LOOK, message="It has no tables.")
        more = ("bigquery.tables.export",) if self._wanted.stage else ()
        for table in tables[:MAX_TABLES]:
            yield from self._table(f"{name}.{table}", place, more)
        if len(tables) > MAX_TABLES:
            message = f"The other {len(tables) - MAX_TABLES:,} tables were not asked about."
            yield Result(check=check, about=str(place), state=State.LOOK, message=message)

    def _table(self, name: str, dataset: Resource, permissions: tuple[str, ...]) -> Iterator[Result]:
        answer = self._probes.read(name, permissions)
        resource = dataset if answer.outcome is Outcome.FORBIDDEN else Resource(kind="table", name=name)
        yield self._of("bigquery.source", answer, f"read the rows of {name}", resource)
        if answer.names:
            yield Result(
                check="bigquery.columns",
                about=f"table {name}",
                state=State.LOOK,
                message=f"Protected by policy tags, and left out: {', '.join(answer.names)}.",
                hint=f"The role {PROTECTED_COLUMNS} on their policy tags lets them be read.",
                role=PROTECTED_COLUMNS,
            )

    def _target(self, check: str, name: str, table: str = "") -> Iterator[Result]:
        place = Resource(kind="dataset", name=name)
        found = self._probes.dataset(name)
        if found.outcome is Outcome.ABSENT:
            where = self._home
            if name in self._asked:
                return
            self._asked.add(name)
            made = self._probes.create_dataset(name, where)
            project = Resource(kind="project", name=name.rpartition(".")[0])
            doing = (
                f"make the dataset {name}{f' in {_place(where)}' if where else ''}, which is not there yet"
            )
            yield self._of(check, made, doing, project)
            location = where
        else:
            yield self._of(check, found, f"see the dataset{_in(found)}", place)
            if found.outcome in _STOPS:
                return
            location = found.location
            if table and self._has(name, table):
                yield self._of(check, self._probes.write(name, table), f"add rows to {name}.{table}", place)
            else:
                yield self._of(check, self._probes.write(name), "make and fill tables", place)
        if check == "bigquery.target" and self._wanted.bucket:
            self._loads[name] = location

    def _has(self, dataset: str, table: str) -> bool:
        # Where it may not be read it may still be there; to make another one then fails, and says so.
        return self._probes.read(f"{dataset}.{table}", ()).outcome is not Outcome.ABSENT

    def _limit(self) -> Result:
        tebibytes = self._wanted.max_bytes_billed / 2**40
        dollars = tebibytes * self._wanted.price_per_tib
        return Result(
            check="bigquery.limit",
            about="max_bytes_billed",
            state=State.OK,
            message=f"One query may read {tebibytes * 1024:,.1f} GiB, which is at most ${dollars:,.2f}.",
        )

    def _storage(self) -> Iterator[Result]:
        wanted = self._wanted
        needed: dict[str, tuple[str, ...]] = {}
        for source in wanted.sources:
            if source.kind is PlaceKind.BUCKET:
                needed[source.bucket] = READ_OBJECTS
        for each in (wanted.target, wanted.bucket, wanted.projects):
            if each and each.kind is PlaceKind.BUCKET:
                needed[each.bucket] = WRITE_OBJECTS
        for bucket, permissions in needed.items():
            yield from self._bucket(bucket, permissions)

    def _bucket(self, name: str, permissions: tuple[str, ...]) -> Iterator[Result]:
        place = Resource(kind="bucket", name=name)
        where = f" --location={self._wanted.location}" if self._wanted.location else ""
        seen, *rights = self._probes.bucket(name, permissions)
        yield self._of(
            "storage.bucket",
            seen,
            f"see the bucket{_in(seen)}",
            place,
            STORAGE,
            absent=f"Make it: `gcloud storage buckets create gs://{name}{where}`.",
        )
        self._buckets[name] = seen.location
        for permission, answer in zip(permissions, rights, strict=False):
            verb = permission.rpartition(".")[2]
            yield self._of("storage.objects", answer, f"{verb} objects", place, STORAGE)

    def _locations(self) -> Iterator[Result]:
        bucket = self._wanted.store
        if not bucket or not self._loads:
            return
        there = self._buckets.get(bucket.bucket, "")
        for dataset, here in self._loads.items():
            about = f"dataset {dataset}, bucket {bucket.bucket}"
            if not here or not there:
                unknown = f"dataset {dataset}" if not here else f"bucket {bucket.bucket}"
                yield Result(
                    check="locations",
                    about=about,
                    state=State.LOOK,
                    message=f"It is not known where {unknown} is.",
                    hint="Where it can't be seen or is not made yet, `location` should name its place.",
                )
                continue
            yield _fitting(about, here, there)

    def _models(self) -> Iterator[Result]:
        wanted = self._wanted
        answers: list[tuple[str, Answer]] = []
        for model in wanted.models:
            answer = self._probes.model(model, wanted.project, wanted.model_location, wanted.model_endpoint)
            answers.append((model, answer))
            if answer.outcome in (*_STOPS, Outcome.FORBIDDEN):
                break
        any_answers = any(answer.is_fine for _, answer in answers)
        for model, answer in answers:
            is_gone = answer.outcome is Outcome.ABSENT
            result = self._of(
                "model",
                answer,
                f"ask {model} in {wanted.model_location}",
                Resource(
                    kind="project" if answer.outcome is Outcome.FORBIDDEN else "model",
                    name=(wanted.project if answer.outcome is Outcome.FORBIDDEN else model),
                ),
                MODEL,
                absent="Name another under `models`, or another `model_location`.",
            )
            # The next one is asked instead.
            yield result.model_copy(update={"state": State.LOOK}) if is_gone and any_answers else result

    def _of(
        self,
        check: str,
        answer: Answer,
        doing: str,
        resource: Resource,
        service: str = BIGQUERY,
        *,
        absent: str = "Check how it is spelled.",
    ) -> Result:
        return result_of(
            check,
            answer,
            doing=doing,
            resource=resource,
            project=self._wanted.project,
            service=service,
            absent=absent,
        )


def _in(answer: Answer) -> str:
    return f", which is in {_place(answer.location)}" if answer.location else ""


def _place(location: str) -> str:
    """As the console writes it: multi-regions (`EU`, `NAM4`) in capitals, regions (`europe-west1`) small."""
    return location.lower() if "-" in location else location.upper()


def _fitting(about: str, dataset: str, bucket: str) -> Result:
    fit = fits(dataset, bucket)
    dataset, bucket = _place(dataset), _place(bucket)
    if fit:
        message = f"The dataset is in {dataset}, the bucket in {bucket}: jobs can use both."
        return Result(check="locations", about=about, state=State.OK, message=message)
    return Result(
        check="locations",
        about=about,
        state=State.MISSING if fit is False else State.LOOK,
        message=f"The dataset is in {dataset}, the bucket in {bucket}: "
        + (
            "load and extract jobs can't use both."
            if fit is False
            else "BigQuery may refuse jobs that use both."
        ),
        hint=f"Take a bucket in {dataset}, or leave `bucket` empty: then files are uploaded to the load jobs.",
    )
