"""Connections of the web: to the address that was checked, and never beyond their time, however slowly bytes come."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpcore
import pytest

from operators.net.pinned import PinnedBackend

FOREVER_S = 1000.0


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that says one letter of a header after the other, without end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            pause = threading.Event()
            with connection:
                while not pause.wait(0.02):
                    try:
                        connection.send(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_it_connects_to_the_checked_address_whatever_the_host_is_called(dripping: int) -> None:
    stream = PinnedBackend("127.0.0.1", time.monotonic() + FOREVER_S).connect_tcp("nowhere.invalid", dripping)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", dripping)
    stream.close()


def test_bytes_that_drip_in_do_not_prolong_its_time(dripping: int) -> None:
    backend = PinnedBackend("127.0.0.1", time.monotonic() + 0.3)
    stream = backend.connect_tcp("localhost", dripping, timeout=FOREVER_S)
    with pytest.raises(httpcore.ReadTimeout):
        all(iter(lambda: stream.read(1, FOREVER_S), b""))
    with pytest.raises(httpcore.ReadTimeout):
        stream.write(b"x", timeout=FOREVER_S)
    with pytest.raises(httpcore.ReadTimeout):
        backend.connect_tcp("localhost", dripping)
    stream.close()
