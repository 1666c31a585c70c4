"""Our store code against bare boto3, on the same server in the same run.

One 256 MB artifact up and down; 2,000 small records written and looked up; a film of 25 MB published, against a copy by
the server that nobody has hashed, and read again; a stage of 1,000 items that all exist.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import boto3

from atelier.testing.s3 import running
from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.keys import Domain, blob_key, record_key
from include.contract.values import StageKind
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.scratch import file_digest
from include.store.connection import Connection
from include.store.store import Store
from include.store.threads import THREADS
from tests.include.runtime.desk import Desk, WordsStage

ROUNDS = 5
LARGE_BYTES = 256 << 20
RECORDS = 2000
CACHED_ITEMS = 1000
FILM_BYTES = 25_000_000


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as server:
        os.environ.update(server.environment())
        folder = Path(name)
        print("| what | bare boto3 s | ours s | ours / bare |\n|---|---|---|---|")
        large(server.bucket, folder)
        small(server.bucket)
        published(server.bucket, folder)
        cached(server.bucket, folder)


def compare(what: str, bare: Callable[[int], None], ours: Callable[[int], None]) -> None:
    """Time both in turns and print the medians, and the median of the pairs' speed ratios."""
    pairs = [(timed(bare, number), timed(ours, number)) for number in range(ROUNDS)]
    ratio = statistics.median(b / o for b, o in pairs)
    middle = [statistics.median(column) for column in zip(*pairs, strict=True)]
    print(f"| {what} | {middle[0]:.2f} | {middle[1]:.2f} | {ratio:.0%} |", flush=True)


def timed(action: Callable[[int], None], number: int) -> float:
    """Seconds that one round took."""
    started_at = time.perf_counter()
    action(number)
    return time.perf_counter() - started_at


def large(bucket: str, folder: Path) -> None:
    """One large artifact: ours also hashes it, on the way up and on the way down."""
    store, client = Store(Domain(bucket), Connection.from_environment()), boto3.client("s3")
    path = folder / "large"
    artifacts: dict[int, Artifact] = {}

    def fill(number: int) -> None:
        path.write_bytes(os.urandom(1 << 20) * (LARGE_BYTES >> 20))

    def put_bare(number: int) -> None:
        client.upload_file(str(path), bucket, f"bare/{number}")

    def put_ours(number: int) -> None:
        artifact = Artifact(name="video", sha256=file_digest(path), bytes=LARGE_BYTES, media_type="video/mp4")
        artifacts[number] = artifact
        store.upload_blob(path, artifact)

    rows = []
    for number in range(ROUNDS):
        fill(number)
        rows.append((timed(put_bare, number), timed(put_ours, number)))
    _print_pairs("256 MB up", rows)
    compare(
        "256 MB down",
        lambda number: client.download_file(bucket, f"bare/{number}", str(folder / "bare")),
        lambda number: store.fetch_blob(artifacts[number], folder / "ours"),
    )


def published(bucket: str, folder: Path) -> None:
    """A film put where readers find it: this server does not say what it copied, so that ours travels and is hashed."""
    store = Store(Domain(bucket), Connection.from_environment())
    client, place = store.connection.client, PublishedStore(store, "films")
    films = []
    for number in range(ROUNDS):
        body = os.urandom(FILM_BYTES)
        films.append(artifact_of("video", body, "video/mp4"))
        store.put_blob(body, films[number])

    def copy_bare(number: int) -> None:
        source = {"Bucket": bucket, "Key": blob_key(films[number].sha256)}
        client.copy_object(Bucket=bucket, Key=f"bare/{number}.mp4", CopySource=source, MetadataDirective="REPLACE")

    def put_ours(number: int) -> None:
        place.put(films[number], f"{number}.mp4", "inline", scratch=folder)

    def read_bare(number: int) -> None:
        for _ in client.get_object(Bucket=bucket, Key=f"bare/{number}.mp4")["Body"].iter_chunks(1 << 20):
            pass

    compare("25 MB published", copy_bare, put_ours)
    compare("25 MB read again where it stands", read_bare, lambda number: place.digest(f"{number}.mp4") and None)


def small(bucket: str) -> None:
    """Many small records, with as many threads on both sides."""
    store = Store(Domain(bucket), Connection.from_environment())
    client = store.connection.client
    body = b"x" * 1500
    keys = [[record_key(StageKind.IMAGE, f"{turn:032x}{n:032x}") for n in range(RECORDS)] for turn in range(ROUNDS)]

    def bare_put(key: str) -> None:
        client.put_object(Bucket=bucket, Key=f"bare/{key}", Body=body, IfNoneMatch="*")

    def bare_get(key: str) -> None:
        client.get_object(Bucket=bucket, Key=f"bare/{key}")["Body"].read()

    with ThreadPoolExecutor(THREADS) as threads:

        def all_of(action: Callable[[str], Any]) -> Callable[[int], None]:
            return lambda number: [None for _ in threads.map(action, keys[number])] and None

        compare(f"{RECORDS} records written", all_of(bare_put), all_of(lambda key: store.put_if_absent(key, body)))
        compare(f"{RECORDS} records looked up", all_of(bare_get), all_of(store.read))


def cached(bucket: str, folder: Path) -> None:
    """A whole attempt at a stage of 1,000 items whose records exist: every record read, every blob checked."""
    desk = Desk(Store(Domain(bucket), Connection.from_environment()), folder, "bench", Event())
    text = desk.request("script.narrated", Brief(topic="Bees"), batch_size=64)
    desk.run(text, WordsStage(scenes=CACHED_ITEMS))
    images = desk.request("image.scene", Brief(topic="Bees"), upstreams=[text], batch_size=64)
    desk.run(images, WordsStage())
    seconds = [desk.run(images).wall_s for _ in range(ROUNDS)]
    print(f"| {CACHED_ITEMS} cached items, whole attempt | | {statistics.median(seconds):.2f} | |")


def _print_pairs(what: str, pairs: list[tuple[float, float]]) -> None:
    middle = [statistics.median(column) for column in zip(*pairs, strict=True)]
    ratio = statistics.median(bare / ours for bare, ours in pairs)
    print(f"| {what} | {middle[0]:.2f} | {middle[1]:.2f} | {ratio:.0%} |", flush=True)


if __name__ == "__main__":
    main()
