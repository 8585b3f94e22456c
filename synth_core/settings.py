"""Every parameter, with its default: `synth.toml`, then the environment, then the command line."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`home` holds projects, runs and output. Names in brackets are those of the pipeline that we replace."""

    home: Path
    user: str
    project: str = ""
    """Bills queries and asks the model [PROJECT_ID]."""
    location: str = ""
    """Of datasets, buckets and jobs that we make [LOCATION]."""
    source: tuple[str, ...] = ()
    """SOURCEs of the whole job [source_bq_project_id, source_bq_dataset, SOURCE_TYPE]."""
    target: str = ""
    """TARGET of the whole job [target_bq_project_id, target_bq_dataset]."""
    tables: tuple[str, ...] = ()
    """Take only these [input_bq_table_names]."""
    counts: dict[str, int] = field(default_factory=dict)
    """Rows wanted by table, by short name where it is unique [user_counts]."""
    bucket: str = ""
    """`gs://BUCKET[/PREFIX]` for finished files and staged input [gcs_bucket_name]."""
    output: str = ""
    """Folder for finished files where there is no bucket [LOCAL_OUTPUT_BASE_DIR]."""
    audit_table: str = ""
    """`project.dataset.table`; empty: `<target project>.synth_audit.audit` [audit_table]."""
    stage: bool = False
    keep_staged: bool = False
    allowed_sources: tuple[str, ...] = ()
    """Address patterns (`bigquery:prod.*`, `gs://raw/*`) that may be read; empty: all."""
    allowed_targets: tuple[str, ...] = ()
    """The same for what may be written."""
    model: str = "rules"
    """`rules` or `gemini`."""
    models: tuple[str, ...] = ("gemini-3.5-flash", "gemini-3.5-flash-lite")
    """Ids, in the order in which they are tried when one is gone."""
    model_location: str = "global"
    model_endpoint: str = ""
    """URL of a stand-in for Vertex AI."""
    model_prices: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Dollars for a million tokens, in and out, by model id."""
    exposure: str = "profile"
    sample_rows: int = 100_000
    """Rows read of a table that is too large to be read whole."""
    max_bytes_billed: int = 100 * 2**30
    """Limit of one query."""
    price_per_tib: float = 6.25
    """Dollars for a TiB that a query reads."""

    @classmethod
    def from_environment(cls) -> Settings:
        """`SYNTH_HOME` (default `./projects`); the user is the operating system's."""
        home = Path(os.environ.get("SYNTH_HOME") or "projects").expanduser().absolute()
        return cls(home=home, user=_user())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user id may have no name.
        return f"uid {os.getuid()}"
