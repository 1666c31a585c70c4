"""A store that stops answering, and one that browsers do not reach."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from atelier.testing.s3 import S3
from operators.pages.addresses import files_at
from plugins.atelier_airflow.web.reaching import reaching
from tests.plugins.atelier_airflow.web.serving import Serving
from tests.plugins.atelier_airflow.web.test_app import FILM_AT, IMAGES

PLAYERS, READERS = 60, 20


@contextmanager
def stopped(server: S3) -> Iterator[None]:
    """The S3 server takes connections and answers none."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def test_a_stopped_store_holds_up_its_own_readers_and_no_worker(served: Serving, s3_server: S3) -> None:
    with served.client("ada") as own:
        assert own.get(FILM_AT, headers={"range": "bytes=0-0"}).status_code == 206
        cookies = dict(own.cookies)

    async def watch() -> tuple[list[int], int, list[httpx.Response]]:
        limits = httpx.Limits(max_connections=PLAYERS + READERS + 10)
        async with httpx.AsyncClient(base_url=served.url, cookies=cookies, limits=limits, timeout=120) as browser:
            paths = [FILM_AT] * PLAYERS + [files_at(IMAGES)] * READERS
            waiting = [asyncio.create_task(browser.get(path)) for path in paths]
            while len(served.established()) < len(paths):
                await asyncio.sleep(0.05)
            beats = [(await browser.get("/execution/health")).status_code for _ in range(5)]
            beats += [(await browser.get("/api/v2/dags")).status_code for _ in range(5)]
            still = sum(not task.done() for task in waiting)
            return beats, still, await asyncio.gather(*waiting)

    with stopped(s3_server):
        beats, still, answers = asyncio.run(watch())
    assert set(beats) == {200}
    assert still == PLAYERS + READERS, "workers were answered before any of those who wait for the store"
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"10"}
    with served.client("ada") as own:
        assert own.get(FILM_AT, headers={"range": "bytes=0-0"}).status_code == 206


def test_without_an_endpoint_for_browsers_no_link_is_signed_for_them(deployed: S3) -> None:
    async def ask() -> tuple[str | None, str]:
        async with reaching() as reach:
            return await reach.link_for_browsers("v1/a"), await reach.link("v1/a")

    for_browsers, own = asyncio.run(ask())
    assert for_browsers is None
    assert own.startswith(f"{deployed.endpoint}/{deployed.bucket}/v1/a?")
