"""Our store code against bare boto3, on the same server in the same run.

One 256 MB artifact up and down, hashed by ours alone; 2,000 small records written and looked up; a film of 25 MB
published, against a copy by the server that nobody has hashed, and read again; a stage of 1,000 products that does
nothing but leave their outputs, against a plain loop that puts as many objects, one after the other; a stage of 1,000
items that all exist.
`.venv/stage/bin/python -m benchmarks.store` prints a table; `--only wide --rows 10000 --rounds 2` has it print one
line, of another size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

import boto3

from atelier.testing.s3 import running
from benchmarks.nothing import NothingStage
from benchmarks.pairs import HEADER, Action, compare, measured, print_pairs
from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief, Product
from include.contract.keys import Domain, blob_key, record_key
from include.contract.registry import recipe_named
from include.contract.values import StageKind
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.scratch import file_digest
from include.store.connection import Connection
from include.store.store import Store
from include.store.threads import THREADS
from tests.include.runtime.desk import Desk

ROUNDS = 5
LARGE_BYTES = 256 << 20
RECORDS = 2000
ROWS = 1000
TEXT = "caption.product"
FILM_BYTES = 25_000_000


@dataclass(frozen=True)
class Bench:
    """What is measured, and where."""

    desk: Desk
    rows: int
    rounds: int

    @property
    def store(self) -> Store:
        """Ours."""
        return self.desk.store

    @property
    def bucket(self) -> str:
        """Of both."""
        return self.store.domain.bucket

    @property
    def folder(self) -> Path:
        """For files."""
        return self.desk.scratch


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="the one part to measure")
    parser.add_argument("--rows", type=int, default=ROWS, help="products of the stages")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="pairs of each part")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as server:
        os.environ.update(server.environment())
        store = Store(Domain(server.bucket), Connection.from_environment())
        bench = Bench(Desk(store, Path(name)), asked.rows, asked.rounds)
        print(HEADER)
        for part in [asked.only] if asked.only else PARTS:
            PARTS[part](bench)


def large(bench: Bench) -> None:
    """One large artifact: ours also hashes it, on the way up and on the way down."""
    store, bucket, folder, client = bench.store, bench.bucket, bench.folder, boto3.client("s3")
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

    pairs = []
    for number in range(bench.rounds):
        fill(number)
        pairs.append((measured(put_bare, number), measured(put_ours, number)))
    print_pairs("256 MB up", pairs)
    compare(
        "256 MB down",
        lambda number: client.download_file(bucket, f"bare/{number}", str(folder / "bare")),
        lambda number: store.fetch_blob(artifacts[number], folder / "ours"),
        bench.rounds,
    )


def published(bench: Bench) -> None:
    """A film put where readers find it: this server does not say what it copied, so that ours travels and is hashed."""
    store, bucket, folder = bench.store, bench.bucket, bench.folder
    client, place = store.connection.client, PublishedStore(store, "films")
    films = []
    for number in range(bench.rounds):
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

    compare("25 MB published", copy_bare, put_ours, bench.rounds)
    compare("25 MB read again where it stands", read_bare, lambda number: place.digest(f"{number}.mp4"), bench.rounds)


def small(bench: Bench) -> None:
    """Many small records, with as many threads on both sides."""
    store, bucket = bench.store, bench.bucket
    client = store.connection.client
    body = b"x" * 1500
    turns = range(bench.rounds)
    keys = [[record_key(StageKind.IMAGE, f"{turn:032x}{n:032x}") for n in range(RECORDS)] for turn in turns]

    def bare_put(key: str) -> None:
        client.put_object(Bucket=bucket, Key=f"bare/{key}", Body=body, IfNoneMatch="*")

    def bare_get(key: str) -> None:
        client.get_object(Bucket=bucket, Key=f"bare/{key}")["Body"].read()

    with ThreadPoolExecutor(THREADS) as threads:

        def all_of(action: Callable[[str], object]) -> Action:
            return lambda number: list(threads.map(action, keys[number]))

        put = all_of(lambda key: store.put_if_absent(key, body))
        compare(f"{RECORDS} records written", all_of(bare_put), put, bench.rounds)
        compare(f"{RECORDS} records looked up", all_of(bare_get), all_of(store.read), bench.rounds)


def wide(bench: Bench) -> None:
    """A stage of new products, of which nothing takes time but their outputs: looked up, put, recorded, listed."""
    client, bucket = bench.store.connection.client, bench.bucket
    outputs = [output.name for output in recipe_named(TEXT).outputs]

    def loop(number: int) -> None:
        for row in range(bench.rows):
            for name in outputs:
                client.put_object(Bucket=bucket, Key=f"loop/{number}/{row}/{name}", Body=f"{row} {name}".encode())
            client.put_object(Bucket=bucket, Key=f"loop/{number}/{row}/record", Body=b"x" * 1500)

    def stage(number: int) -> None:
        products = _products(f"round-{number}", bench.rows)
        bench.desk.run(bench.desk.request(TEXT, *products), NothingStage(TEXT))

    compare(f"{bench.rows} products, {len(outputs)} outputs and a record each; a plain loop", loop, stage, bench.rounds)


def cached(bench: Bench) -> None:
    """A whole attempt at a stage of items whose records exist: every record read, the size of every blob checked."""
    desk, products = bench.desk, _products("cached", bench.rows)
    text = desk.request(TEXT, *products)
    desk.run(text, NothingStage(TEXT))
    images = desk.request("image.scene", *products, upstreams=[text])
    desk.run(images, NothingStage("image.scene"))
    costs = [measured(lambda _: desk.run(images), number) for number in range(bench.rounds)]
    wall_s, processor_s = (statistics.median(each) for each in zip(*map(astuple, costs), strict=True))
    print(f"| {len(products)} cached items, whole attempt | | {wall_s:.2f} | | | {processor_s:.2f} | |", flush=True)


def _products(name: str, rows: int) -> list[Brief]:
    return [Brief(id=f"{name}-{row}", product=Product(name=f"Product {row} of {name}")) for row in range(rows)]


PARTS: dict[str, Callable[[Bench], None]] = {
    "large": large,
    "small": small,
    "published": published,
    "wide": wide,
    "cached": cached,
}


if __name__ == "__main__":
    main()
