"""A log that is long, and items that are many."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from include.contract.deployments import Deployment
from include.contract.keys import log_key
from include.contract.manifests import Manifest, RunRef
from include.runtime.logs import CHUNK_BYTES, HEAD_CHUNKS, TAIL_BYTES
from include.store.store import Store
from operators.stages.kinds import TextOperator
from tests.operators.conftest import Run
from tests.ray.head import Cluster
from tests.ray.runs import pictures, with_settings
from tests.ray.scenes import Scene
from tests.ray.victims import drivers

pytestmark = [pytest.mark.ray, pytest.mark.long]
LOUD_LINES = 50_000
"""Of a thousand bytes each."""
PRODUCTS = 10_000
MOST_GROWTH_BYTES = 100_000_000


def chunks(store: Store, run: RunRef, request: str) -> list[str]:
    """The text of each chunk of a log."""
    found = []
    while (body := store.get(log_key(run, request, 1, len(found)))) is not None:
        found.append(body.decode())
    return found


def test_a_long_log_is_kept_up_to_the_cap_and_shown_within_the_limit(
    scene_of: Callable[..., Scene], caplog: pytest.LogCaptureFixture
) -> None:
    scene = scene_of("loud-1", 1, max=1)
    scene.deployment = scene.run.deployment = with_settings(scene.deployment, log_bytes_per_s=20_000)
    began = time.monotonic()
    with caplog.at_level("INFO"):
        result = pictures(scene.run)
    took_s = time.monotonic() - began
    body = scene.store.get(result["manifest"])
    assert body is not None
    manifest = Manifest.model_validate_json(body)
    found = chunks(scene.store, manifest.run, manifest.request)
    assert len(found) == HEAD_CHUNKS + 1
    assert sum(map(len, found)) > HEAD_CHUNKS * CHUNK_BYTES * 0.9 + TAIL_BYTES * 0.9
    numbers = [[int(each) for each in re.findall(r"line (\d{6})", chunk)] for chunk in found]
    head = [number for chunk in numbers[:HEAD_CHUNKS] for number in chunk]
    assert head == [*range(len(head))], "its beginning is whole"
    assert numbers[-1] == [*range(numbers[-1][0], LOUD_LINES)], "its end is whole"
    assert "are left out here" in found[-1]
    assert "lines of a worker are left out" not in "".join(found), "the driver has taken all"
    (grown,) = re.findall(r"memory grew by (\d+) MiB", found[-1])
    assert int(grown) < 60
    shown = sum(len(record.getMessage()) for record in caplog.records if record.name.startswith("operators.engines"))
    assert shown < 20_000 * (took_s + 60)


def test_many_items_take_no_more_memory_in_the_driver(deployment: Deployment, ray_cluster: Cluster) -> None:
    few, _ = memory_of_driver(deployment, ray_cluster, 10)
    many, took_s = memory_of_driver(deployment, ray_cluster, PRODUCTS)
    sys.stderr.write(f"{PRODUCTS} items in {took_s:.0f} s; the driver took {many >> 20} MiB, {few >> 20} for 10\n")
    assert many - few < MOST_GROWTH_BYTES


def memory_of_driver(deployment: Deployment, cluster: Cluster, products: int) -> tuple[int, float]:
    """The most that a driver takes for so many items, in bytes, and the seconds that they take."""
    rows = "".join(f"p{n},Product {n} of {products},Kitchen,7.50,EUR,A good one\n" for n in range(products))
    table = Path(deployment.files) / f"products-{products}.csv"
    table.write_text(f"sku,name,category,price,currency,description\n{rows}")
    run = Run(with_settings(deployment, {"memory_mib": 1024}, workers={"max": 2}), run_id=f"manual__{products}")
    stages = {"text": {"recipe": "caption.product"}}
    run.brief({}, source={"catalogue": table.name}, stages=stages, brief={})
    began = time.monotonic()
    with sampled(cluster) as sizes:
        result = run.run_stage(TextOperator(task_id="text", recipe="caption.product", deployment=run.deployment))
    assert result["counts"]["made"] == products
    return max(sizes), time.monotonic() - began


@contextmanager
def sampled(cluster: Cluster) -> Iterator[list[int]]:
    """Resident bytes of the driver, twice a second."""
    sizes: list[int] = []
    over = Event()

    def sample() -> None:
        while not over.wait(0.5):
            for process in drivers(cluster):
                with suppress(psutil.NoSuchProcess):
                    sizes.append(process.memory_info().rss)

    thread = Thread(target=sample)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()
