"""What a configuration needs of Google Cloud."""

from __future__ import annotations

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.model.places import Place, PlaceKind, is_bucket, parse_place
from synth_core.model.sources import pattern_of
from synth_core.settings import Settings
from synth_core.settings.job import job_of


class Wanted(Frozen):
    """Projects, places and models that the job will touch."""

    project: str
    """Bills jobs; empty: none is named."""
    location: str = ""
    sources: tuple[Place, ...] = ()
    target: Place | None = None
    bucket: Place | None = None
    """For finished files and staged input."""
    projects: Place | None = None
    """The bucket that holds projects and runs; None: they are on this machine."""
    stage: bool = False
    audit: str = ""
    """`project.dataset.table`; empty: no table in BigQuery."""
    models: tuple[str, ...] = ()
    """Empty: Gemini is not asked."""
    model_location: str = ""
    model_endpoint: str = ""
    max_bytes_billed: int = 0
    price_per_tib: float = 0.0
    unsaid: str = ""
    """Why it is no whole job yet."""

    @property
    def store(self) -> Place | None:
        """The bucket into which BigQuery extracts and from which it loads, if one does."""
        is_target = self.target is not None and self.target.kind is PlaceKind.BUCKET
        return self.target if is_target else self.bucket

    @property
    def uses_bigquery(self) -> bool:
        """A source, the target or the audit is there."""
        places = [*self.sources, *([self.target] if self.target else [])]
        return bool(self.audit) or any(place.kind is PlaceKind.BIGQUERY for place in places)

    @property
    def uses_buckets(self) -> bool:
        """A source, the target or the finished files are in Cloud Storage."""
        places = (*self.sources, self.target, self.bucket, self.projects)
        return any(place and place.kind is PlaceKind.BUCKET for place in places)

    @property
    def is_local(self) -> bool:
        """Nothing of it is in the cloud."""
        places = [*self.sources, *(each for each in (self.target, self.bucket, self.projects) if each)]
        return not (self.audit or self.models or any(place.is_cloud for place in places))


def wanted_from(settings: Settings, default_project: str = "") -> Wanted:
    """What the settings ask for, as far as they say it. Raises UsageError for an address that can't be read."""
    unsaid = ""
    try:
        job = job_of(settings)
        sources, target, files = job.sources, job.target, job.files
    except UsageError as error:
        # No whole job is configured; what is there can be looked at all the same.
        unsaid = str(error)
        sources, target, files = settings.source, settings.target, settings.bucket
    place = parse_place(target) if target else None
    found = tuple(parse_place(pattern_of(each)) for each in sources)
    audit = settings.audit_table
    if not audit and place and place.kind is PlaceKind.BIGQUERY:
        audit = f"{place.project}.synth_audit.audit"
    in_bigquery = [each for each in (place, *found) if each and each.kind is PlaceKind.BIGQUERY]
    return Wanted(
        project=settings.project or default_project or (in_bigquery[0].project if in_bigquery else ""),
        location=settings.location,
        sources=found,
        target=place,
        bucket=parse_place(files) if is_bucket(files) else None,
        projects=parse_place(settings.store) if settings.store else None,
        stage=settings.stage,
        audit=audit,
        models=settings.models if settings.model != "rules" else (),
        model_location=settings.model_location,
        model_endpoint=settings.model_endpoint,
        max_bytes_billed=settings.max_bytes_billed,
        price_per_tib=settings.price_per_tib,
        unsaid=unsaid,
    )
