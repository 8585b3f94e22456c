"""The few ports to the outside. Stages and runs talk to these; adapters implement them.

Each port has one contract test (`tests/integration/contracts/`) that every adapter of it must pass.
Adapters translate our call into theirs and their errors into ours (`synth_core.errors`); they decide nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from synth_core.model.base import Frozen
from synth_core.model.cost import Cost
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding
from synth_core.model.listing import Listing
from synth_core.model.measured import Question, TableFacts
from synth_core.model.project import Column, LoadMode, SourceKind
from synth_core.model.warehouse import TableSchema

if TYPE_CHECKING:
    import pyarrow as pa

    from synth_core.model.doubts import (
        ColumnProposal,
        FileDoubt,
        FileVerdict,
        LinkDoubt,
        LinkProposal,
        TableDoubt,
    )
    from synth_core.model.drafted import DraftedField
    from synth_core.model.findings import Finding
    from synth_core.model.profile import Profile
    from synth_core.model.project import Project


class BlobStat(Frozen):
    """What is known of a blob without reading it."""

    name: str
    size: int
    """Bytes as they are stored."""
    generation: int
    """Never 0, and another one after each write."""


class Upload(Protocol):
    """A blob while it is written: it is there, whole, after `commit`; before that nobody sees it. The bytes go where
    the blob will be, so that of a large one only a part is on this machine."""

    def write(self, data: bytes, /) -> None:
        """More bytes."""
        ...

    def commit(self) -> int:
        """That was all; the blob's generation. Raises TransientError when somebody else wrote it meanwhile."""
        ...

    def discard(self) -> None:
        """There will be no blob. Raises nothing, as an error has led here; what can't be removed nobody sees."""
        ...


class ObjectStore(Protocol):
    """Named blobs with generations, as Cloud Storage has them. Names are relative, `/`-separated."""

    def put(self, name: str, data: bytes, *, if_generation: int | None = None) -> int:
        """Write a blob whole and return its new generation.

        `if_generation=0` creates only; another number replaces exactly that generation; None replaces
        whatever is there. Raises ConflictError when the condition does not hold.
        """
        ...

    def get(self, name: str) -> tuple[bytes, int]:
        """The blob and its generation (never 0). Raises FileNotFoundError."""
        ...

    def put_file(self, name: str, path: Path) -> int:
        """Like `put` without a condition, streamed from a local file."""
        ...

    def begin(self, name: str) -> Upload:
        """Write a blob piece by piece; it replaces what is there now."""
        ...

    def join(self, name: str, parts: Sequence[str]) -> int:
        """Write a blob that is the parts, one behind the other; one part is copied. Parts are addresses: files for a
        folder, objects `gs://…` for Cloud Storage, which does it without sending them through this machine. Replaces
        what is there; its generation. Raises FileNotFoundError when a part is not there."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Read a blob as a stream that can be sought in; of a large one only what is asked for is fetched. Raises
        FileNotFoundError."""
        ...

    def stat(self, name: str) -> BlobStat:
        """Size and generation of a blob. Raises FileNotFoundError."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """The names that begin with the prefix, sorted."""
        ...

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Remove a blob; no error where there is none. With a generation only exactly that one is removed: raises
        ConflictError when another is there."""
        ...


class Catalogue(Protocol):
    """What is at one place, for somebody who looks for sources."""

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """A page of what is there, of which the name holds `search` in any case. Raises SourceError where the place
        can't be listed, UsageError for a token that no page gave."""
        ...


class SourceFiles(Protocol):
    """The files of one bucket that tables are read from. Names are whatever they are there: no two of them mean the
    same, none leads anywhere else."""

    uri: str
    """`gs://BUCKET`."""

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[BlobStat]:
        """The files whose names begin with the prefix, sorted; unless `deep`, those with a `/` behind it are one entry
        that ends with it. Raises SourceError when the bucket is not there or can't be read."""
        ...

    def stat(self, name: str) -> BlobStat:
        """Size and generation. Raises FileNotFoundError."""
        ...

    def open(self, file: BlobStat) -> BinaryIO:
        """Exactly that generation, as it is stored; each read fetches what it asks for, or less of it, and nothing
        else. Reading raises SourceError when the file was changed or removed."""
        ...


class LoadFiles(Frozen):
    """Finished files of one table, and what a reader must be told to read them."""

    paths: tuple[str, ...]
    kind: SourceKind
    dialect: Dialect | None = None
    columns: tuple[Column, ...]
    """Name, type, mode and text format of each column, in the files' order."""


class Sample(Frozen):
    """Rows of a source's table on this machine."""

    paths: tuple[Path, ...]
    """Parquet files, nested types kept; all have the same columns."""
    rows: int
    """In the files."""
    is_whole: bool
    """They are all rows that the caller may see."""
    table_rows: int | None = None
    """Rows of the table; None where only counting would tell."""
    hidden: tuple[str, ...] = ()
    """Columns, and fields of nested ones by their paths (`a.b`), that the caller may not read: they were not asked for.
    Hidden columns are not in the files, hidden fields are NULL there."""
    findings: tuple[Finding, ...] = ()


class Publication(Frozen):
    """Moves one checked staging table into its target."""

    staging: str
    target: TableSchema
    mode: LoadMode


class Warehouse(Protocol):
    """A database of typed tables. Table arguments are bare names in the adapter's own dataset or schema;
    a staging name is what `create_staging` returned."""

    uri: str
    speech: Literal["duckdb", "bigquery"]
    """Whose SQL `query` takes, where the two have other words for the same."""

    def tables(self) -> list[str]:
        """Bare names of all tables and views, sorted."""
        ...

    def schema(self, table: str) -> TableSchema:
        """The table as declared. Raises SourceError when there is no such table."""
        ...

    def estimate(self, table: str, rows: int) -> Cost:
        """What `sample` of so many rows and `measure` of all columns will cost; costs nothing itself."""
        ...

    def sample(self, table: str, folder: Path, rows: int) -> Sample:
        """Write about so many of the table's rows to Parquet files in the folder, in the cheapest way that does: all of
        them where that is cheap, and where there are no more. Raises SourceError, before anything is billed, where it
        would read more than the limit."""
        ...

    def measure(self, table: str, question: Question) -> TableFacts:
        """Facts of all rows of the table, by one query. Columns that the caller may not read are left out.

        Raises UnsupportedError where the warehouse can't count at all; what it can't tell besides is missing in the
        answer."""
        ...

    def query(self, sql: str) -> pa.Table:
        """Run one SELECT. Table names in it come from `name_of`."""
        ...

    def name_of(self, table: str) -> str:
        """The quoted, fully qualified name of a table or staging table for use in SQL."""
        ...

    def all_rows(self, table: str) -> str:
        """What stands behind FROM for all rows of a table: its name or, where the table may only be read with a
        filter on its partitions, a subquery that has one."""
        ...

    def quote(self, name: str) -> str:
        """A column name, quoted for SQL."""
        ...

    def create_staging(self, run_id: str, schema: TableSchema) -> str:
        """Make an empty staging table (types and modes, no keys) and return its name; empties it if it is
        already there."""
        ...

    def load(self, staging: str, files: LoadFiles) -> int:
        """Append the files' rows to the staging table, by name; the number of rows loaded.

        Raises TargetError naming file, line and column where a value can't be read as its type.
        """
        ...

    def check_targets(self, publications: Sequence[Publication], *, files_location: str = "") -> None:
        """Raise TargetError when an existing target could not take these publications; changes nothing. The staging
        tables need not be there yet. `files_location` is where the bucket of the finished files is; a warehouse that
        can't load from there says so."""
        ...

    def was_published(self, job_id: str) -> str:
        """The warehouse's own id of the job that put the rows into their targets: `publish` was done, even if nobody
        heard of it; empty where it was not. Waits for one that is still at work."""
        ...

    def published_part(self, job_id: str, tables: Sequence[str]) -> set[str]:
        """Which of these targets hold the job's rows already. Some of them only where tables had to be published one
        after the other and that was broken off: `publish` with the same id then does the others."""
        ...

    def publish(self, publications: Sequence[Publication], *, job_id: str) -> str:
        """Move all staging tables into their targets in one transaction: all of them or none. A job id that was
        published before does nothing: what was asked for is there already. Returns the warehouse's own id of the job.

        Missing targets are created with the schema's types, modes, descriptions and keys. An existing target
        must have the same columns and types (order apart), else TargetError; it keeps rows when appending,
        and its own keys. The staging tables are gone afterwards: publishing them again is a TargetError.
        """
        ...

    def drop_staging(self, run_id: str) -> None:
        """Remove every staging table of the run."""
        ...

    def append_rows(self, table: TableSchema, rows: Sequence[dict[str, Any]], *, dataset: str) -> None:
        """Append a few rows (audit) to a table in another dataset or schema, both created when missing; an existing
        table that lacks columns is extended; one that lacks a REQUIRED column is somebody else's: TargetError. Rows
        whose primary key (as `table` has it) is there already are left out, so that appending again changes
        nothing. On BigQuery the dataset may be another project's: `project.dataset`. A column that is there with
        another type gets what that type can hold."""
        ...

    def check_extract(self, files_location: str) -> None:
        """Raise SourceError where tables can't be extracted to a bucket there, because it is too far away."""
        ...

    def extract(
        self, table: str, prefix: str, *, kind: SourceKind, dialect: Dialect | None = None
    ) -> list[str]:
        """Write all rows of a table or view as files `prefix/part-…` and return their addresses, in order: Parquet, or
        delimited with the dialect's delimiter, header row or none, and compression. BigQuery writes to
        `gs://bucket/prefix`, DuckDB to a folder. Raises SourceError where the table, or TargetError where the place,
        does not allow it."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Model(Protocol):
    """Who judges what measurement leaves open and drafts recipes: a language model, or our own rules.

    What it says are proposals: the stages check them by measurement. It raises nothing because of a model that is
    gone, slow or wrong: then it has no proposal, and `findings` say why.
    """

    @property
    def id(self) -> str:
        """What the audit names: `rules`, or the model's id."""
        ...

    def structure(self, doubt: FileDoubt) -> FileVerdict | None:
        """How a file is written; None: no opinion."""
        ...

    def columns(self, doubts: Sequence[TableDoubt]) -> dict[str, dict[str, ColumnProposal]]:
        """By table and column: what a column holds. Only for columns it has an opinion on."""
        ...

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        """What columns refer to. Only for columns it has an opinion on."""
        ...

    def draft(self, project: Project, profile: Profile) -> tuple[str, tuple[Finding, ...]]:
        """The text of a recipe for the project, and what it could not do."""
        ...

    def redraft(
        self, project: Project, profile: Profile, table: str, columns: Collection[str], remark: str
    ) -> tuple[tuple[DraftedField, ...], tuple[Finding, ...]]:
        """The fields of one table, drafted anew, and what it could not do. Of them `columns` are meant: those that a
        model may make are asked about, with the remark of whoever wants them otherwise. Raises UsageError for a remark
        that it can't read at all."""
        ...

    def explain(self, finding: Finding, project: Project, recipe: str) -> str:
        """What a finding of the linter means, and what to do about it, in a few sentences."""
        ...

    def findings(self) -> tuple[Finding, ...]:
        """What a user must know of the questions so far: what was not answered, or not as it was asked."""
        ...


ThinkingLevel = Literal["minimal", "low", "medium", "high"]


class ModelCall(Frozen):
    """One question as a language model gets it."""

    question: str = ""
    """Id of the prompt; the model is not told."""
    system: str
    prompt: str
    answer: dict[str, Any]
    """JSON schema of the answer."""
    temperature: float | None = None
    max_output_tokens: int = 4096
    thinking_level: ThinkingLevel | None = None


class ModelReply(Frozen):
    """What came back, whether it is of use or not."""

    model: str
    """Who answered."""
    text: str = ""
    finish: str = ""
    """Why it stopped, in the service's word: `STOP`, `MAX_TOKENS`, `SAFETY` …; empty where nothing was answered."""
    blocked: str = ""
    """Why the question was refused; empty where it was not."""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    """Those for thinking included."""


class LanguageModel(Protocol):
    """Carries a question to a model by its id and brings back the answer; judges neither."""

    @property
    def at_once(self) -> int:
        """Questions that may be under way at the same time, each asked by a thread of its own."""
        ...

    def ask(self, model: str, call: ModelCall, *, deadline: float) -> ModelReply:
        """Ask, and ask again while the service is busy, for `deadline` seconds at most.

        Raises ModelGoneError when there is no such model, TransientError when the service stayed busy,
        ModelAccessError when the caller may not ask (it names the role), ModelError when the question is refused.
        """
        ...

    def count(self, model: str, call: ModelCall) -> int:
        """Tokens of the question. Raises as `ask` does."""
        ...


class Task(Frozen):
    """What one worker does from start to end: one piece of the plan or several, named by the id."""

    id: str
    run_id: str
    tables: tuple[str, ...]
    store: str = ""
    """Address of the store that the run lies in; empty: the home."""


class TaskState(Frozen):
    """What a backend knows of a task's process."""

    id: str
    state: Literal["waiting", "running", "ended"]
    exit_code: int | None = None
    """Only when ended; negative: killed by that signal."""


class RunBackend(Protocol):
    """Runs workers: `synth_core.execution.worker` with `--home HOME --run RUN_ID --task TASK_ID`, and
    `--store ADDRESS` where the run does not lie in the home."""

    max_workers: int
    """How many workers run at the same time."""

    def start(self, home: str, tasks: Sequence[Task]) -> None:
        """Queue the tasks; returns at once."""
        ...

    def poll(self) -> list[TaskState]:
        """The state of every task that was started."""
        ...

    def cancel(self) -> None:
        """Stop all workers and whatever they started; returns when they are gone."""
        ...

    def stderr_tail(self, task_id: str) -> str:
        """The last lines that a task's worker wrote to standard error: why it failed."""
        ...
