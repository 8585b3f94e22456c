"""Which buckets a dataset can load from and extract to: those beside it."""

from __future__ import annotations

PAIRS = {
    "nam4": ("us-central1", "us-east1"),
    "eur4": ("europe-north1", "europe-west4"),
    "eur5": ("europe-west1", "europe-west2"),
    "eur7": ("europe-west2", "europe-west3"),
    "eur8": ("europe-west3", "europe-west6"),
    "asia1": ("asia-northeast1", "asia-northeast2"),
}
"""Buckets in two regions, by what Cloud Storage calls them."""
OUTSIDE_EU = ("europe-west2", "europe-west6")
"""London and Zürich are no part of the multi-region EU."""


def can_meet(dataset: str, bucket: str) -> bool:
    """BigQuery can load files of a bucket there into a dataset there, and extract the other way. True where one of
    the places is not known."""
    dataset, bucket = dataset.lower(), bucket.lower()
    if not dataset or not bucket or dataset == bucket or dataset == "us":
        # A dataset in the multi-region US loads from everywhere.
        return True
    regions = PAIRS.get(bucket, (bucket,))
    if dataset == "eu":
        return any(region.startswith("europe-") and not region.startswith(OUTSIDE_EU) for region in regions)
    return dataset in regions
