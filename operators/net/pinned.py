"""Connections to one checked address, whatever a name resolves to by then, that end by a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore


class PinnedBackend(httpcore.SyncBackend):
    """Connects to `address`, whatever host is requested; waits for nothing beyond `until`, a monotonic time."""

    def __init__(self, address: str, until: float) -> None:
        self._address = address
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the checked address instead of `host`."""
        wait_s = _left_s(self._until, timeout)
        stream = super().connect_tcp(self._address, port, wait_s, local_address, socket_options)
        return _BoundedStream(stream, self._until)


class _BoundedStream(httpcore.NetworkStream):
    """A stream none of whose calls waits beyond `until`: bytes that drip in do not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left_s(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left_s(self._until, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left_s(self._until, timeout))
        return _BoundedStream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left_s(until: float, timeout: float | None) -> float:
    left_s = until - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("it took too long")
    return left_s if timeout is None else min(left_s, timeout)
