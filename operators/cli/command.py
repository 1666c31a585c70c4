"""What a subcommand is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

OK = 0
REFUSED = 1
"""Mistakes were found, or what was asked for cannot be done; the message says why."""
USAGE = 2
"""The command line is wrong; argparse's own."""


@dataclass(frozen=True)
class Surroundings:
    """What messages say about the place where `atelier` runs; a launcher that knows more brings its own."""

    airflow: tuple[str, ...] = ("airflow",)
    """The words that start Airflow's own command line."""
    airflow_place: str = "where Airflow is configured, such as in a shell of its scheduler's container"
    """Where those words are to be typed."""
    airflow_url: str = ""
    """Address of Airflow's UI; empty if `AIRFLOW__API__BASE_URL` has it."""
    sign_in: str = ""
    """How to sign in there, in words."""
    no_store: str = "run this where Airflow is configured, or for the store of `make up` as .venv/airflow/bin/atelier"
    """What to do if no store is known."""


@dataclass(frozen=True)
class Command:
    """One subcommand of `atelier`."""

    name: str
    summary: str
    """One line for the list of commands."""
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    """Runs it and returns the exit code. An `AtelierError` is reported and ends with `REFUSED`."""
