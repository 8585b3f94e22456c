"""Every parameter of the program: its name, type, default, limits and what it is for.

The table of `docs/configuration.md` is made from what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from synth_core.settings.secrets import masked

DEFAULT = "default"
MOST_ROWS = 10**12
DEFAULT_SEED = 42


class Kind(StrEnum):
    """How a parameter is written."""

    TEXT = "text"
    FLAG = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    FOLDER = "folder"
    FILES = "folder or `gs://BUCKET/PREFIX`"
    BUCKET = "bucket, or `gs://BUCKET/PREFIX`"
    PROJECT = "project id"
    DATASET = "dataset"
    TABLE = "`project.dataset.table`"
    ADDRESS = "address"
    URL = "URL"
    NAMES = "list of names"
    ADDRESSES = "list of addresses"
    PATTERNS = "list of address patterns"
    COUNTS = "table of numbers"
    PRICES = "table of pairs of numbers"
    PLACES = "table of addresses"

    @property
    def is_table(self) -> bool:
        """It has names of its own, each with a value."""
        return self in (Kind.COUNTS, Kind.PRICES, Kind.PLACES)


@dataclass(frozen=True)
class Parameter:
    """What is known of one."""

    name: str
    kind: Kind
    help: str
    default: Any = None
    original: str = ""
    """Its name in the pipeline that we replace."""
    also: tuple[str, ...] = ()
    """Environment variables of other programs that say the same, unless something was said to this one."""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """Environment variables that it is read from, the first one that is set."""
        originals = (self.original, self.original.upper()) if self.original else ()
        return tuple(dict.fromkeys((f"SYNTH_{self.name.upper()}", *originals)))

    @property
    def keys(self) -> tuple[str, ...]:
        """Its names in `synth.toml`."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.original, self.original.upper()))))


def _given(default: Any, kind: Kind, help: str, **more: Any) -> Any:
    metadata = {"kind": kind, "help": help, **more}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """The parameters as they hold for one call. Stages and runs get them as arguments only."""

    home: Path = field(
        metadata={
            "kind": Kind.FOLDER,
            "help": "Holds projects, runs and finished files. Default: `projects` in the working directory.",
        }
    )
    user: str
    """Whoever saves, approves and runs unless another name is given."""
    store: str = _given(
        "",
        Kind.BUCKET,
        "Holds projects and runs, where that is not the home; the home keeps locks, working files, and finished files "
        "that have no other place.",
    )
    project: str = _given(
        "",
        Kind.PROJECT,
        "Bills queries and asks the model.",
        original="PROJECT_ID",
        also=("GOOGLE_CLOUD_PROJECT",),
    )
    location: str = _given(
        "",
        Kind.TEXT,
        "Of datasets and tables that are made; empty: where the source is.",
        original="LOCATION",
    )
    source: tuple[str, ...] = _given((), Kind.ADDRESSES, "SOURCEs of the whole job.")
    source_type: str = _given(
        "",
        Kind.TEXT,
        "`BigQuery`: the tables of `source_dataset`; `GCS`: the files of `input_files`, or those below `input` in "
        "`bucket`. Only where there is no `source`.",
        original="SOURCE_TYPE",
        choices=("BigQuery", "GCS"),
    )
    source_project: str = _given(
        "", Kind.PROJECT, "Project of `source_dataset`; empty: `project`.", original="source_bq_project_id"
    )
    source_dataset: str = _given(
        "", Kind.DATASET, "The job's source, where there is no `source`.", original="source_bq_dataset"
    )
    tables: tuple[str, ...] = _given(
        (),
        Kind.NAMES,
        "Take only these tables; names of one dataset, or `dataset.table` and `project.dataset.table` of any.",
        original="input_bq_table_names",
    )
    input_files: dict[str, str] = _given(
        {},
        Kind.PLACES,
        "File, or pattern of files, of each table, where `source_type` is `GCS`.",
        original="input_gcs_path",
    )
    header_files: dict[str, str] = _given(
        {},
        Kind.PLACES,
        "File with the names of the columns of a table whose own files have no header.",
        original="header_gcs_path",
    )
    target: str = _given("", Kind.ADDRESS, "TARGET of the whole job.")
    target_project: str = _given(
        "", Kind.PROJECT, "Project of `target_dataset`; empty: `project`.", original="target_bq_project_id"
    )
    target_dataset: str = _given(
        "",
        Kind.DATASET,
        "The job's target, where there is no `target`. Without either it is `bucket`.",
        original="target_bq_dataset",
    )
    mode: str = _given(
        "append", Kind.TEXT, "What becomes of the target's rows.", choices=("append", "replace")
    )
    counts: dict[str, int] = _given(
        {},
        Kind.COUNTS,
        "Rows wanted by table: by its name, or by `dataset.table` or `project.dataset.table` where two have that "
        "name. Other tables get as many as the source has.",
        original="user_counts",
        least=1,
        most=MOST_ROWS,
    )
    seed: int = _given(DEFAULT_SEED, Kind.WHOLE, "Same plan and seed, same bytes.", least=0, most=2**63 - 1)
    bucket: str = _given(
        "", Kind.BUCKET, "Finished files and staged input go there.", original="gcs_bucket_name"
    )
    output: str = _given(
        "",
        Kind.FILES,
        "Finished files go there where there is no `bucket`.",
        original="LOCAL_OUTPUT_BASE_DIR",
    )
    export_format: str = _given(
        "parquet",
        Kind.TEXT,
        "How finished files of a warehouse's tables are written. Nested tables are always Parquet.",
        choices=("parquet", "csv"),
    )
    export_delimiter: str = _given(",", Kind.TEXT, "Of such CSV files: one character.")
    export_header: bool = _given(True, Kind.FLAG, "Such CSV files begin with the names of the columns.")
    audit_table: str = _given(
        "",
        Kind.TABLE,
        "Gets a copy of the audit; `dataset.table` is one beside the target. Empty: `synth_audit.audit` there.",
        original="audit_table",
    )
    stage: bool = _given(
        False, Kind.FLAG, "Copy the input to `staging/BATCH_ID` beside the finished files for the run."
    )
    keep_staged: bool = _given(False, Kind.FLAG, "Leave that copy there after the run. It holds real rows.")
    allowed_sources: tuple[str, ...] = _given(
        (), Kind.PATTERNS, "What may be read (`bigquery:prod.*`, `gs://raw/*`, `/data/*`); empty: everything."
    )
    allowed_targets: tuple[str, ...] = _given(
        (), Kind.PATTERNS, "What may be written, files and audit table, too; empty: everything."
    )
    editors: tuple[str, ...] = _given(
        (), Kind.NAMES, "Who may change projects in the review app (`ana@acme.com`, `*@acme.com`)."
    )
    approvers: tuple[str, ...] = _given(
        (), Kind.NAMES, "Who may also approve and run there. Everybody else who is let in may look."
    )
    second_person: bool = _given(
        False, Kind.FLAG, "Whoever approves must be another than the one who edited the project last."
    )
    model: str = _given("rules", Kind.TEXT, "Who drafts and judges.", choices=("rules", "gemini"))
    models: tuple[str, ...] = _given(
        ("gemini-3.5-flash", "gemini-3.5-flash-lite"),
        Kind.NAMES,
        "Model ids, in the order in which they are tried when one is gone.",
    )
    model_location: str = _given("global", Kind.TEXT, "Location of Vertex AI.")
    model_endpoint: str = _given("", Kind.URL, "A stand-in for Vertex AI.")
    model_prices: dict[str, tuple[float, float]] = _given(
        {}, Kind.PRICES, "Dollars for a million tokens, `[in, out]`, by model id.", least=0, most=10**6
    )
    exposure: str = _given(
        "profile",
        Kind.TEXT,
        "What a model may see.",
        choices=("schema", "profile", "masked rows", "rows"),
    )
    sample_rows: int = _given(
        100_000,
        Kind.WHOLE,
        "Rows read of a table that is too large to be read whole.",
        least=100,
        most=10**8,
    )
    source_bytes: int = _given(
        256 * 2**20,
        Kind.WHOLE,
        "Bytes fetched of a table whose files are in Cloud Storage; of a larger one parts are read, and its rows are "
        "estimated.",
        least=100_000,
        most=2**50,
    )
    max_bytes_billed: int = _given(
        100 * 2**30,
        Kind.WHOLE,
        "Limit of one query, and of all that inferring reads; nothing is read where it would be more.",
        least=1,
        most=2**60,
    )
    price_per_tib: float = _given(
        6.25, Kind.NUMBER, "Dollars for a TiB that a query reads.", least=0, most=10**6
    )
    local_rows: int = _given(
        0,
        Kind.WHOLE,
        "Rows that one run may make on this machine. 0: as many as it likes, but on Cloud Run 1,000,000.",
        least=0,
        most=MOST_ROWS,
    )
    local_bytes: int = _given(
        0,
        Kind.WHOLE,
        "Bytes that the files of runs may take on this machine: finished files in `output` or the home, and what runs "
        "need besides. 0: as many as there is room for, but on Cloud Run, where files are memory, 512 MiB.",
        least=0,
        most=2**60,
    )
    identity: str = _given(
        "local",
        Kind.TEXT,
        "How the review app knows who is there. `local`: the user of this machine; `iap`: the signed header of "
        "Google's Identity-Aware Proxy; `oidc`: signing in at a provider of OpenID Connect.",
        choices=("local", "iap", "oidc"),
    )
    iap_audience: str = _given(
        "",
        Kind.TEXT,
        "Whom the signed header has to be for: `/projects/NUMBER/locations/REGION/services/SERVICE` of a Cloud Run "
        "service, `/projects/NUMBER/global/backendServices/ID` behind a load balancer.",
    )
    iap_keys: str = _given(
        "https://www.gstatic.com/iap/verify/public_key",
        Kind.URL,
        "Public keys of whoever signs the header, by key id.",
    )

    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """By parameter: where its value comes from, where that is not the default."""

    def origin(self, name: str) -> str:
        """`default`, `synth.toml:12`, `environment PROJECT_ID` or `command line`; `counts.orders` is an entry's."""
        return self.origins.get(name) or self.origins.get(name.partition(".")[0], DEFAULT)

    def __repr__(self) -> str:
        """Without passwords in addresses."""
        shown = ", ".join(
            f"{each.name}={masked(repr(getattr(self, each.name)))}" for each in fields(self)[:-1]
        )
        return f"Settings({shown})"

    @classmethod
    def from_environment(cls) -> Settings:
        """The same as `load()`, for whoever has neither a home nor a parameter to give."""
        from synth_core.settings.load import load

        return load()


def _parameters() -> Iterator[Parameter]:
    for each in fields(Settings):
        if "kind" in each.metadata:
            yield Parameter(name=each.name, default=_default(each), **each.metadata)


def _default(declared: Field[Any]) -> Any:
    if declared.name == "home":
        return Path("projects")
    return declared.default if not callable(declared.default_factory) else {}


PARAMETERS = {each.name: each for each in _parameters()}
