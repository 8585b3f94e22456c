"""What a configuration needs of Google Cloud."""

from __future__ import annotations

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.model.places import Place, PlaceKind, parse_place
from synth_core.settings import Settings


class Wanted(Frozen):
    """Projects, places and models that the job will touch."""

    project: str
    """Bills jobs; empty: none is named."""
    location: str = ""
    sources: tuple[Place, ...] = ()
    tables: tuple[str, ...] = ()
    """Only these of a source that names none."""
    target: Place | None = None
    bucket: Place | None = None
    """For finished files and staged input."""
    stage: bool = False
    audit: str = ""
    """`project.dataset.table`; empty: no table in BigQuery."""
    models: tuple[str, ...] = ()
    """Empty: Gemini is not asked."""
    model_location: str = ""
    model_endpoint: str = ""
    max_bytes_billed: int = 0
    price_per_tib: float = 0.0

    @property
    def uses_bigquery(self) -> bool:
        """A source, the target or the audit is there."""
        places = [*self.sources, *([self.target] if self.target else [])]
        return bool(self.audit) or any(place.kind is PlaceKind.BIGQUERY for place in places)

    @property
    def is_local(self) -> bool:
        """Nothing of it is in the cloud."""
        places = [*self.sources, *(each for each in (self.target, self.bucket) if each)]
        return not (self.audit or self.models or any(place.is_cloud for place in places))


def wanted_from(settings: Settings, default_project: str = "") -> Wanted:
    """What the settings ask for. Raises UsageError for an address that can't be read."""
    target = parse_place(settings.target) if settings.target else None
    sources = tuple(parse_place(_without_name(each)) for each in settings.source)
    in_bigquery = [each for each in (target, *sources) if each and each.kind is PlaceKind.BIGQUERY]
    audit = settings.audit_table
    if not audit and target and target.kind is PlaceKind.BIGQUERY:
        audit = f"{target.project}.synth_audit.audit"
    if audit and audit.count(".") < 2:
        raise UsageError(f"audit_table is {audit!r}.", hint="Write it as PROJECT.DATASET.TABLE.")
    named = settings.project or default_project
    return Wanted(
        project=named or (in_bigquery[0].project if in_bigquery else ""),
        location=settings.location,
        sources=sources,
        tables=settings.tables,
        target=target,
        bucket=parse_place(settings.bucket) if settings.bucket else None,
        stage=settings.stage,
        audit=audit,
        models=settings.models if settings.model != "rules" else (),
        model_location=settings.model_location,
        model_endpoint=settings.model_endpoint,
        max_bytes_billed=settings.max_bytes_billed,
        price_per_tib=settings.price_per_tib,
    )


def _without_name(source: str) -> str:
    """`orders=gs://bucket/orders_*.csv` has a name of its own."""
    name, sign, place = source.partition("=")
    return place if sign and "/" not in name and ":" not in name else source
