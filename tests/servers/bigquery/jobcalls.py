"""Jobs over REST: insert, get, list, cancel, delete, queries."""

from __future__ import annotations

import copy
import json
from typing import Any

from servers.bigquery.catalogue import Json
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.state import Call, State
from servers.bigquery.tabledata import rows_of
from servers.bigquery.values import timestamp_form


def submit(state: State, call: Call, body: Json, upload: bytes | None = None) -> Job:
    """Take a job and run it."""
    configuration = copy.deepcopy(body.get("configuration") or {})
    reference = dict(body.get("jobReference") or {})
    if reference.get("projectId", call.project) != call.project:
        raise invalid("Project of the job reference differs from that of the URL")
    job = state.jobs.reserve(call.project, reference, configuration)
    job.upload = upload
    call.request.notes["job"] = job
    state.jobs.start(job, call.fault.act.get("job") if call.fault else None)
    return job


def insert(state: State, call: Call) -> Json:
    """jobs.insert with JSON"""
    body: Json = call.body
    if "load" in body.get("configuration", {}) and not body["configuration"]["load"].get("sourceUris"):
        raise Problem("required", "Load configuration must specify at least one source URI")
    job = submit(state, call, body)
    return state.jobs.resource(job, running=job.polls > 0 and not job.configuration.get("dryRun"))


def get(state: State, call: Call) -> Json:
    """jobs.get"""
    job = state.jobs.get(call.project, call.at["job"], call.query.get("location", ""))
    return state.jobs.resource(job, running=state.jobs.poll(job))


def cancel(state: State, call: Call) -> Json:
    """jobs.cancel; the job has always been faster."""
    job = state.jobs.get(call.project, call.at["job"], call.query.get("location", ""))
    return {"kind": "bigquery#jobCancelResponse", "job": state.jobs.resource(job)}


def delete(state: State, call: Call) -> None:
    """jobs.delete"""
    job = state.jobs.get(call.project, call.at["job"], call.query.get("location", ""))
    del state.jobs.all[job.project, job.id]


def listing(state: State, call: Call) -> Json:
    """jobs.list"""
    state.catalogue.project(call.project)
    query = call.query
    parent = query.get("parentJobId", "")
    items: list[Any] = []
    for job in sorted(state.jobs.all.values(), key=lambda item: -item.number):
        if job.project != call.project or job.parent != parent:
            continue
        if (
            not int(query.get("minCreationTime", 0))
            <= job.created
            <= int(query.get("maxCreationTime", 2**62))
        ):
            continue
        whole = state.jobs.resource(job, running=job.polls > 0)
        if query.get("stateFilter") and whole["status"]["state"].lower() != query["stateFilter"].lower():
            continue
        whole["state"] = whole["status"]["state"]
        if "errorResult" in whole["status"]:
            whole["errorResult"] = whole["status"]["errorResult"]
        items.append(whole)
    start, size = call.page(50)
    out: Json = {"kind": "bigquery#jobList", "etag": "jobs"}
    if items[start : start + size]:
        out["jobs"] = items[start : start + size]
    if start + size < len(items):
        out["nextPageToken"] = f"page-{start + size}"
    return out


def results(state: State, call: Call) -> Json:
    """jobs.getQueryResults"""
    job = state.jobs.get(call.project, call.at["job"], call.query.get("location", ""))
    start, size = call.page(100_000)
    if "startIndex" in call.query and "pageToken" not in call.query:
        start = int(call.query["startIndex"])
    out = {"kind": "bigquery#getQueryResultsResponse", "etag": f"results-{job.number}"}
    return out | _answer(state, job, start, size, timestamp_form(call.query))


def _answer(state: State, job: Job, start: int, size: int, form: str) -> Json:
    if job.kind != "query":
        raise invalid(f"Job {job.name} is not a query")
    reference = {"projectId": job.project, "jobId": job.id, "location": job.location}
    if state.jobs.poll(job):
        return {"jobReference": reference, "jobComplete": False}
    if job.problem:
        raise job.problem
    about = job.statistics.get("query", {})
    out: Json = {
        "jobReference": reference,
        "jobComplete": True,
        "cacheHit": False,
        "totalBytesProcessed": job.statistics.get("totalBytesProcessed", "0"),
        "totalBytesBilled": about.get("totalBytesBilled", "0"),
    }
    if job.affected is not None:
        out["numDmlAffectedRows"] = str(job.affected)
        out["dmlStats"] = about.get("dmlStats", {})
    if job.configuration.get("dryRun"):
        return out | {"schema": about.get("schema", {}), "totalRows": "0"}
    if job.physical:
        with state.store.lock:
            total = state.store.count(job.physical)
            rows = rows_of(state, job.physical, job.fields, start, size, form)
        out |= {"schema": {"fields": job.fields}, "totalRows": str(total)}
        if rows:
            out["rows"] = rows
        if start + len(rows) < total and rows:
            out["pageToken"] = f"page-{start + len(rows)}"
    else:
        out |= {"schema": {}, "totalRows": "0"} if job.affected is None else {}
    return out


def query(state: State, call: Call) -> Json:
    """jobs.query: a query and its first rows in one call; a request id that was seen gives the same job."""
    body: Json = copy.deepcopy(call.body)
    known = body.get("requestId") and state.requests.get(body["requestId"])
    if known:
        job = known
    else:
        passed = (
            *("query", "parameterMode", "queryParameters", "defaultDataset", "useLegacySql"),
            *(
                "maximumBytesBilled",
                "useQueryCache",
                "destinationTable",
                "writeDisposition",
                "createDisposition",
            ),
        )
        configuration: Json = {"query": {key: body[key] for key in passed if key in body}}
        for key in ("dryRun", "labels"):
            if key in body:
                configuration[key] = body[key]
        reference = {"location": body.get("location", "")}
        job = submit(state, call, {"configuration": configuration, "jobReference": reference})
        if body.get("requestId"):
            state.requests[body["requestId"]] = job
    options = {f"formatOptions.{key}": str(value) for key, value in body.get("formatOptions", {}).items()}
    size = int(body.get("maxResults", 100_000))
    out = {"kind": "bigquery#queryResponse"} | _answer(state, job, 0, size, timestamp_form(options))
    out["queryId"] = job.id
    return json.loads(json.dumps(out))
