"""Which stores a test runs over."""

from __future__ import annotations

import pytest

MANY_CALLS = pytest.mark.parametrize(
    "store_opener", ["folder", pytest.param("bucket", marks=pytest.mark.slow(sampled=False))], indirect=True
)
"""Over a bucket thousands of calls take their time."""
IN_A_FOLDER = pytest.mark.parametrize("store_opener", ["folder"], indirect=True)
