"""Which buckets a dataset can load from and extract to: those beside it."""

from __future__ import annotations

from synth_core.checkup.locations import fits


def can_meet(dataset: str, bucket: str) -> bool:
    """BigQuery can load files of a bucket there into a dataset there, and extract the other way. True where one of
    the places is not known, and where only trying would tell."""
    return not dataset or not bucket or fits(dataset, bucket) is not False
