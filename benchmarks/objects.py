"""What a request costs through obstore, as the store makes it, against bare boto3: processor seconds and wall seconds.

2,000 small objects put unless one is there, and got again, by as many threads on both sides; 256 MB up from a file, and
down to one. In turns, on one server in one run; medians.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from atelier.testing.s3 import running
from benchmarks.pairs import HEADER, compare
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.objects import Objects
from include.store.stored import JSON, Headers

ROUNDS = 5
THREADS = 16
SMALL = b"x" * 1500
OBJECTS = 2000
LARGE_BYTES = 256 << 20


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as server:
        os.environ.update(server.environment())
        print(HEADER)
        connection = Connection.from_environment()
        objects = Objects(Domain(server.bucket), connection)
        small(objects, connection.client, server.bucket)
        large(objects, connection.client, server.bucket, Path(name))


def small(objects: Objects, client: Any, bucket: str) -> None:
    """Many small objects."""

    def put_bare(key: str) -> None:
        client.put_object(Bucket=bucket, Key=f"bare/{key}", Body=SMALL, IfNoneMatch="*")

    def get_bare(key: str) -> None:
        client.get_object(Bucket=bucket, Key=f"bare/{key}")["Body"].read()

    with ThreadPoolExecutor(THREADS) as threads:

        def all_of(action: Callable[[str], object]) -> Callable[[int], None]:
            return lambda number: _exhaust(threads.map(action, (f"{number}/{n}" for n in range(OBJECTS))))

        compare(
            f"{OBJECTS} small puts, if absent",
            all_of(put_bare),
            all_of(lambda key: objects.put(f"ours/{key}", SMALL, JSON, if_absent=True)),
            ROUNDS,
        )
        compare(f"{OBJECTS} small gets", all_of(get_bare), all_of(lambda key: objects.get(f"ours/{key}")), ROUNDS)


def large(objects: Objects, client: Any, bucket: str, folder: Path) -> None:
    """One large object; not hashed, since boto3 does not either."""
    path = folder / "large"
    path.write_bytes(os.urandom(1 << 20) * (LARGE_BYTES >> 20))

    def put_ours(number: int) -> None:
        with path.open("rb") as file:
            objects.upload("large/ours", file, Headers("video/mp4"))

    def get_ours(number: int) -> None:
        with (folder / "ours").open("wb") as file:
            for chunk in objects.stream("large/ours").chunks:
                file.write(chunk)

    key, target = "large/bare", str(folder / "bare")
    compare("256 MB up", lambda number: client.upload_file(str(path), bucket, key), put_ours, ROUNDS)
    compare("256 MB down", lambda number: client.download_file(bucket, key, target), get_ours, ROUNDS)


def _exhaust(results: Iterable[object]) -> None:
    for _ in results:
        pass


if __name__ == "__main__":
    main()
