"""Health checks: `python -m deploy.container.health scheduler`. Standard library only, so that they are quick.

A part is healthy when Airflow's API says that its heartbeat is recent.
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from http.client import HTTPException
from urllib.request import urlopen

URL_ENV = "ATELIER_API_URL"
DEFAULT_URL = "http://127.0.0.1:8080"
TIMEOUT_S = 5.0
HEALTHY = "healthy"


class HealthPart(StrEnum):
    """The parts whose health Airflow's API knows."""

    METADATABASE = "metadatabase"
    SCHEDULER = "scheduler"
    DAG_PROCESSOR = "dag_processor"
    TRIGGERER = "triggerer"


def problem_of(part: HealthPart, base_url: str) -> str | None:
    """What is wrong with `part` according to the API at `base_url`; None if it is healthy."""
    url = f"{base_url}/api/v2/monitor/health"
    try:
        with urlopen(url, timeout=TIMEOUT_S) as answer:
            state = json.load(answer)[part]["status"]
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        return f"{url} does not answer: {error}"
    except (KeyError, TypeError):
        state = None
    return None if state == HEALTHY else f"{url} says that {part} is {state or 'unknown'}"


def main(arguments: list[str]) -> int:
    """Exit code 0 if the named part is healthy, otherwise 1 with the reason."""
    if len(arguments) != 1 or arguments[0] not in tuple(HealthPart):
        sys.stdout.write(f"usage: python -m deploy.container.health {'|'.join(HealthPart)}\n")
        return os.EX_USAGE
    problem = problem_of(HealthPart(arguments[0]), os.environ.get(URL_ENV, DEFAULT_URL))
    if problem is not None:
        sys.stdout.write(f"{problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
