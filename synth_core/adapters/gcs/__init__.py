"""Cloud Storage: a store of blobs, and files that tables are read from."""

from synth_core.adapters.gcs.bucket import location_of
from synth_core.adapters.gcs.source import BucketFiles
from synth_core.adapters.gcs.store import BucketStore

__all__ = ["BucketFiles", "BucketStore", "location_of"]
