"""Publishes cards with the runtime's own code, in the environment that has it; then asks for others, and others again.

Reads what to do as JSON from its input, reaches the store by its environment, and prints what it asks for.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from include.contract.keys import Domain
from include.runtime.publishing.withdrawal import restore, withdraw
from include.store.connection import Connection
from include.store.store import Store
from tests.include.runtime.publishing.newsroom import Newsroom, card


def main() -> None:
    told = json.load(sys.stdin)
    store = Store(Domain(told["bucket"], told["prefix"]), Connection.from_environment())
    with tempfile.TemporaryDirectory() as scratch:
        newsroom = Newsroom(store, Path(scratch))
        newsroom.publish({slug: card(text) for slug, text in told["published"].items()})
        for slug in told["withdrawn"]:
            withdraw(store, newsroom.content_type, slug, by="ada", why="")
        for slug in told["restored"]:
            restore(store, newsroom.content_type, slug, by="ada", why="")
        for asked in told["asked"]:
            pieces = {slug: card(text) if text else None for slug, text in asked.items()}
            sys.stdout.write(f"{newsroom.request(pieces, run_id='run-2').model_dump_json()}\n")


if __name__ == "__main__":
    main()
