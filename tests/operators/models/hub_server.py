"""A hub on this machine that answers as Hugging Face's does to what huggingface-hub asks of it.

Its answers: https://huggingface.co/docs/hub/api, and the headers of `/resolve/`, by which files are cached and resumed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

COMMIT = "3f2a91c" + "0" * 33
TOKEN = "hf_test_token_of_no_worth"


@dataclass
class Hub:
    """One model in one revision, under its commit, a tag `v1`, and `main`."""

    files: Mapping[str, bytes]
    model: str = "acme/tiny"
    licence: str = "apache-2.0"
    is_gated: bool = False
    status: int = 200
    """Of every answer, where it is none that succeeds."""
    cut_after: int | None = None
    """Bytes after which the next download of a large file breaks off."""
    altered: dict[str, bytes] = field(default_factory=dict)
    """What is sent in the place of files, under their names and digests."""
    asked: list[str] = field(default_factory=list)
    """Method, path and range of each request."""
    address: str = ""

    def sibling(self, path: str) -> dict[str, object]:
        """What the hub tells of a file: those of weights lie in large-file storage, by their SHA-256."""
        body = self.files[path]
        told: dict[str, object] = {"rfilename": path, "size": len(body), "blobId": _git_id(body)}
        if _is_large(path):
            told["lfs"] = {"sha256": _sha256(body), "size": len(body), "pointerSize": 130}
        return told

    def leaf(self, path: str) -> dict[str, object]:
        """The same in the listing of a tree."""
        body = self.files[path]
        told: dict[str, object] = {"type": "file", "path": path, "size": len(body), "oid": _git_id(body)}
        if _is_large(path):
            told["lfs"] = {"oid": _sha256(body), "size": len(body), "pointerSize": 130}
        return told

    def etag(self, path: str) -> str:
        """Of a file: its name in the cache."""
        body = self.files[path]
        return _sha256(body) if _is_large(path) else _git_id(body)


@contextmanager
def hub_with(files: Mapping[str, bytes]) -> Iterator[Hub]:
    """A hub with one model, while the block lasts."""
    hub = Hub(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        hub.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        api, resolve = f"/api/models/{hub.model}/", f"/{hub.model}/resolve/{COMMIT}/"
        if path == "/api/agent-harnesses":
            self._json({})
        elif hub.status != 200:
            self._refuse(hub.status, "")
        elif not path.startswith((api, resolve)):
            self._refuse(401, "RepoNotFound")
        elif hub.is_gated and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._refuse(401, "GatedRepo")
        elif path in (f"{api}revision/{revision}" for revision in ("main", "v1", COMMIT)):
            siblings = [hub.sibling(each) for each in hub.files]
            told = {"id": hub.model, "sha": COMMIT, "siblings": siblings, "cardData": {"license": hub.licence}}
            self._json(told)
        elif path == f"{api}tree/{COMMIT}":
            self._json([hub.leaf(each) for each in hub.files])
        elif path.startswith(resolve) and path.removeprefix(resolve) in hub.files:
            self._file(path.removeprefix(resolve))
        else:
            self._refuse(404, "RevisionNotFound" if path.startswith(api) else "EntryNotFound")

    do_HEAD = do_GET

    def _file(self, path: str) -> None:
        body, begin = self.hub.altered.get(path, self.hub.files[path]), 0
        asked = self.headers.get("Range", "")
        if asked:
            begin = int(asked.removeprefix("bytes=").split("-")[0])
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{self.hub.etag(path)}"')
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.hub.cut_after is not None and _is_large(path):
            self.wfile.write(body[begin : begin + self.hub.cut_after])
            self.hub.cut_after, self.close_connection = None, True
            return
        self.wfile.write(body[begin:])

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *told: object) -> None:
        """Say nothing."""


def _is_large(path: str) -> bool:
    return path.endswith((".safetensors", ".gguf", ".bin"))


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _git_id(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
