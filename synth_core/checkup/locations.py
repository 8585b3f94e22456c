"""Which locations go together.

BigQuery: a load job reads only from a bucket that is where the dataset is, or within the dataset's multi-region; a
dataset in the multi-region US takes from everywhere. An extract writes to buckets by the same rule.
"""

from __future__ import annotations

_DUAL = {
    "nam4": "us-central1+us-east1",
    "eur4": "europe-north1+europe-west4",
    "eur5": "europe-west1+europe-west2",
    "eur7": "europe-west2+europe-west3",
    "eur8": "europe-west3+europe-west6",
    "asia1": "asia-northeast1+asia-northeast2",
}
_OUTSIDE_EU = ("europe-west2", "europe-west6")
"""Begin with `europe-`, but are not in the European Union's multi-region."""
_MULTI = {"us": "us-", "eu": "europe-", "asia": "asia-"}


def fits(dataset: str, bucket: str) -> bool | None:
    """A job on a dataset there can use a bucket there; None: the documentation does not promise it. A bucket in two
    regions is written `region+region`; letters may be of any case."""
    dataset, bucket = dataset.lower(), bucket.lower()
    if dataset in ("us", bucket):
        return True
    regions = _DUAL.get(bucket, bucket).split("+")
    if dataset == "eu":
        return all(region.startswith("europe-") and region not in _OUTSIDE_EU for region in regions)
    if dataset in regions:
        return True
    # A multi-region that contains the dataset's region.
    return None if dataset.startswith(_MULTI.get(bucket, "?")) else False
