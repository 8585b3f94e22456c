"""Objects in Cloud Storage, read and written at the stand-in that `STORAGE_EMULATOR_HOST` names."""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

from servers.bigquery.problems import Problem, denied, invalid, not_found


def split(uri: str) -> tuple[str, str]:
    """Bucket and name of `gs://bucket/name`."""
    found = re.fullmatch(r"gs://([^/]+)/(.+)", uri)
    if not found:
        raise invalid(f"Source URI must be a Google Cloud Storage location: {uri}")
    return found[1], found[2]


def _ask(path: str, *, data: bytes | None = None, what: str) -> bytes:
    host = os.environ.get("STORAGE_EMULATOR_HOST")
    if not host:
        raise Problem("backendError", "STORAGE_EMULATOR_HOST names no Cloud Storage to read and write")
    headers = {"Content-Type": "application/octet-stream", "User-Agent": "bigquery-stand-in"}
    request = urllib.request.Request(host.rstrip("/") + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise not_found(what) from error
        if error.code == 403:
            raise denied(what, "the caller does not have storage.objects.get access") from error
        raise Problem("backendError", f"{what}: Cloud Storage answered {error.code}") from error
    except urllib.error.URLError as error:
        raise Problem("backendError", f"{what}: {error.reason}") from error


def expand(uri: str) -> list[str]:
    """The objects that a URI names; one `*` stands for anything."""
    bucket, name = split(uri)
    if "*" not in name:
        return [uri]
    if name.count("*") > 1:
        raise invalid(f"Only one wildcard is supported in a URI: {uri}")
    start, end = name.split("*")
    names: list[str] = []
    token = ""
    while True:
        query = {"prefix": start} | ({"pageToken": token} if token else {})
        got = _ask(f"/storage/v1/b/{bucket}/o?{urllib.parse.urlencode(query)}", what=f"URI gs://{bucket}/")
        page = json.loads(got)
        names += [item["name"] for item in page.get("items", [])]
        token = page.get("nextPageToken", "")
        if not token:
            break
    found = [item for item in sorted(names) if item.endswith(end) and len(item) >= len(start) + len(end)]
    if not found:
        raise not_found(f"URI {uri}")
    return [f"gs://{bucket}/{item}" for item in found]


def read(uri: str) -> bytes:
    """The bytes of an object."""
    bucket, name = split(uri)
    return _ask(f"/storage/v1/b/{bucket}/o/{urllib.parse.quote(name, safe='')}?alt=media", what=f"URI {uri}")


def write(uri: str, data: bytes) -> None:
    """Make an object."""
    bucket, name = split(uri)
    query = urllib.parse.urlencode({"uploadType": "media", "name": name})
    _ask(f"/upload/storage/v1/b/{bucket}/o?{query}", data=data, what=f"Bucket {bucket}")
