"""`atelier open`: a piece, or a content type's gallery, in the browser, as Airflow's UI shows it."""

from __future__ import annotations

import os
import sys
import webbrowser
from argparse import ArgumentParser, Namespace

from include.contract.errors import BadRequest
from include.contract.keys import published_in
from include.contract.published import ITEM
from include.store.store import Store
from operators.cli.command import OK, Command, Surroundings
from operators.cli.connecting import connect
from operators.cli.output import tell
from operators.cli.types import content_type_named
from operators.configuration import deployment_in
from operators.pages.addresses import gallery_at, pieces_at, published_at
from operators.run_history import run_of

BASE_URL = "AIRFLOW__API__BASE_URL"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Without any of these variables, a Linux machine has only browsers that take over the terminal."""


def run(asked: Namespace) -> int:
    """Print the address, and open it if there is a browser."""
    deployment = deployment_in(asked.deployment)
    content_type = content_type_named(asked.type, deployment).name
    base_url = _base_url(asked.surroundings)
    path = gallery_at(content_type)
    if asked.name is not None:
        path = _piece_at(connect(deployment.store, asked.surroundings), content_type, asked.name)
    url = f"{base_url}{path}"
    tell(url)
    if asked.surroundings.sign_in:
        tell(asked.surroundings.sign_in)
    if sys.platform != "linux" or any(name in os.environ for name in DISPLAYS):
        webbrowser.open(url)
    return OK


def _piece_at(store: Store, content_type: str, name: str) -> str:
    """The piece published in the store, or what the newest run that makes it has made so far."""
    seen = run_of(store, content_type, name, limit=1)
    addresses = [item.line.address for stage in seen.stages for item in stage.items if item.line.address]
    keys = [address for address in addresses if "://" not in address]
    if name == seen.run_id or not keys:
        return pieces_at(content_type, seen.run_id)
    place, path = published_in(keys[0])
    return published_at(place, path.removesuffix(ITEM))


def _base_url(surroundings: Surroundings) -> str:
    url = surroundings.airflow_url or os.environ.get(BASE_URL, "")
    if not url:
        raise BadRequest(f"it is not known where Airflow's UI is: {surroundings.no_store}, or set {BASE_URL}")
    return url.rstrip("/")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="a content type's name, or the path of its file")
    parser.add_argument(
        "name",
        metavar="BRIEF_ID|RUN_ID",
        nargs="?",
        help="the brief whose newest piece is opened; default: the gallery",
    )


COMMAND = Command("open", "Open a piece, or the gallery, in the browser.", _arguments, run)
