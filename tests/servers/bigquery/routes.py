"""Which method of the interface a request means."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from servers.bigquery import access, jobcalls, listing, tabledata, uploads
from servers.bigquery.problems import Problem
from servers.bigquery.state import Call, State
from servers.loopback import Reply

Handler = Callable[[State, Call], Any]

PROJECT = r"/bigquery/v2/projects/(?P<project>[^/]+)"
DATASET = PROJECT + r"/datasets/(?P<dataset>[^/]+)"
TABLE = DATASET + r"/tables/(?P<table>[^/:]+)"
JOB = PROJECT + r"/jobs/(?P<job>[^/]+)"
UPLOAD = r"/(?:resumable/)?upload" + PROJECT + r"/jobs"

ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", r"/bigquery/v2/projects", listing.projects),
    ("GET", PROJECT + r"/datasets", listing.datasets),
    ("POST", PROJECT + r"/datasets", listing.dataset_insert),
    ("GET", DATASET, listing.dataset_get),
    ("PATCH|PUT", DATASET, listing.dataset_change),
    ("DELETE", DATASET, listing.dataset_delete),
    ("GET", DATASET + r"/tables", listing.tables),
    ("POST", DATASET + r"/tables", listing.table_insert),
    ("GET", TABLE, listing.table_get),
    ("PATCH|PUT", TABLE, listing.table_change),
    ("DELETE", TABLE, listing.table_delete),
    ("GET", TABLE + r"/data", tabledata.listing),
    ("GET", TABLE + r"/rowAccessPolicies", access.row_policies),
    ("POST", TABLE + r":testIamPermissions", access.test_permissions),
    ("POST", TABLE + r":getIamPolicy", access.policy),
    ("POST", r"/v[13]/projects/(?P<project>[^/]+):testIamPermissions", access.test_permissions),
    ("GET", PROJECT + r"/jobs", jobcalls.listing),
    ("POST", PROJECT + r"/jobs", jobcalls.insert),
    ("GET", JOB, jobcalls.get),
    ("POST", JOB + r"/cancel", jobcalls.cancel),
    ("DELETE", JOB + r"/delete", jobcalls.delete),
    ("POST", PROJECT + r"/queries", jobcalls.query),
    ("GET", PROJECT + r"/queries/(?P<job>[^/]+)", jobcalls.results),
    ("POST", UPLOAD, uploads.begin),
    ("PUT", UPLOAD, uploads.piece),
]

UNLOCKED = (
    jobcalls.insert,
    jobcalls.query,
    jobcalls.results,
    uploads.begin,
    uploads.piece,
    tabledata.listing,
)
"""These take the lock themselves."""


def dispatch(state: State, call: Call) -> Reply:
    """Act, and answer."""
    for method, path, handler in ROUTES:
        found = re.fullmatch(path, call.request.path)
        if found is None or not re.fullmatch(method, call.request.method):
            continue
        call.at = found.groupdict()
        if handler in UNLOCKED:
            made = handler(state, call)
        else:
            with state.store.lock:
                made = handler(state, call)
        if isinstance(made, Reply):
            return made
        return Reply(204) if made is None else Reply(json=made)
    raise Problem("notFound", f"Not found: {call.request.method} {call.request.path}")
