"""Load jobs with their file: in one request, or in pieces."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

from servers.bigquery.catalogue import Json
from servers.bigquery.jobcalls import submit
from servers.bigquery.problems import Problem, invalid, not_found
from servers.bigquery.state import Call, State
from servers.loopback import Reply


@dataclass
class Session:
    """An upload in pieces."""

    body: Json
    total: int | None = None
    data: bytearray = field(default_factory=bytearray)
    answer: Json | None = None
    """The job, once all has come."""


def begin(state: State, call: Call) -> Reply:
    """POST to the upload address"""
    kind = call.query.get("uploadType")
    if kind == "multipart":
        body, data = parts(call.request.headers["content-type"], call.request.body)
        _check(state, call, body)
        return Reply(json=state.jobs.resource(submit(state, call, body, data)))
    if kind != "resumable":
        raise invalid(f"Upload type {kind} is not supported")
    body = call.body
    _check(state, call, body)
    known = body.get("jobReference", {}).get("jobId")
    if known:
        state.jobs.refuse_known(call.project, known)
    given = call.request.headers.get("x-upload-content-length")
    ident = uuid.uuid4().hex
    state.uploads[ident] = Session(body, int(given) if given else None)
    where = f"{call.request.headers['host']}{call.request.path}?uploadType=resumable&upload_id={ident}"
    return Reply(headers={"Location": f"http://{where}", "X-GUploader-UploadID": ident})


def _check(state: State, call: Call, body: Json) -> None:
    state.catalogue.project(call.project)
    state.need("bigquery.jobs.create", call.project)
    if "load" not in body.get("configuration", {}):
        raise invalid("Only load jobs can be uploaded to")
    target = body["configuration"]["load"]["destinationTable"]
    state.catalogue.dataset(target.get("projectId", call.project), target["datasetId"])


def parts(content_type: str, data: bytes) -> tuple[Json, bytes]:
    """The two parts of a `multipart/related` body."""
    message: Any = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    boundary = message.get_boundary()
    if not boundary:
        raise invalid("Malformed multipart body")
    # The file's bytes are cut out by hand: a mail parser would change line ends.
    pieces = data.split(b"--" + boundary.encode())
    if len(pieces) < 4:
        raise invalid("Malformed multipart body")
    about = pieces[1].split(b"\r\n\r\n", 1)[1]
    content = (b"--" + boundary.encode()).join(pieces[2:-1]).split(b"\r\n\r\n", 1)[1]
    return json.loads(about), content.removesuffix(b"\r\n")


def piece(state: State, call: Call) -> Reply:
    """PUT of a piece: 308 until all is there, then the job"""
    session = state.uploads.get(call.query.get("upload_id", ""))
    if session is None:
        raise not_found("Upload session")
    if session.answer is not None:
        return Reply(json=session.answer)
    given = call.request.headers.get("content-range", "")
    if found := re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", given):
        first, last = int(found[1]), int(found[2])
        if first > len(session.data):
            raise Problem("invalid", f"Expected byte {len(session.data)}, got {first}")
        if last - first + 1 != len(call.request.body):
            raise invalid(f"Content-Range {given} does not fit a body of {len(call.request.body)} bytes")
        session.data[first:] = call.request.body
        total = found[3]
    elif found := re.fullmatch(r"bytes \*/(\d+|\*)", given):
        total = found[1]
    else:
        session.data += call.request.body
        total = str(len(session.data))
    if total != "*":
        session.total = int(total)
    if session.total is None or len(session.data) < session.total or total == "*":
        headers = {"Range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
        return Reply(308, headers=headers)
    job = submit(state, call, session.body, bytes(session.data))
    session.answer = state.jobs.resource(job)
    session.data.clear()
    return Reply(json=session.answer)
