"""A stand-in, at the outermost edge, for a server that sums what it copies, as Amazon S3 does: the tests' real server,
with the one thing added that it lacks. A `CopyObject` that asks for a SHA-256 is answered with that of the copy.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObjectResult.html
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from atelier.testing.s3 import S3

_OK = 200
_END = b"</CopyObjectResult>"


@contextmanager
def summing(s3: S3) -> Iterator[S3]:
    """`s3` behind a server that passes everything on and sums what is copied."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_ANY(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            behind = HTTPConnection(urlsplit(s3.endpoint).netloc)
            behind.request(self.command, self.path, asked, dict(self.headers))
            answer = behind.getresponse()
            body = answer.read()
            if answer.status == _OK and self.headers.get("x-amz-checksum-algorithm") == "SHA256":
                body = body.replace(_END, _checksum(s3, self.path) + _END)
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            length = answer.headers.get("Content-Length") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length or "0")
            self.end_headers()
            self.wfile.write(body)
            behind.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_ANY

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield replace(s3, endpoint=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _checksum(s3: S3, path: str) -> bytes:
    bucket, _, key = unquote(urlsplit(path).path).lstrip("/").partition("/")
    copy = s3.client().get_object(Bucket=bucket, Key=key)["Body"].read()
    return b"<ChecksumSHA256>" + b64encode(hashlib.sha256(copy).digest()) + b"</ChecksumSHA256>"
