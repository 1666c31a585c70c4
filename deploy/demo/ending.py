"""How a demo ends, wherever it ran: what it tells, and its exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from deploy.demo.airflow_api import AirflowRefused
from deploy.demo.report import summary
from deploy.demo.results import RunResult
from deploy.demo.watch import DagMissing
from deploy.local.console import tell
from include.contract.errors import AtelierError, BadRequest

EXIT_BAD_BRIEF = 2
_EXIT_INTERRUPTED = 130


def exit_code_of(
    make: Callable[[], RunResult], out: Path, *, if_interrupted: str, failures: tuple[type[Exception], ...]
) -> int:
    """Make the piece, keep the result under `out`, and tell how it went.

    :param if_interrupted: what Ctrl-C leaves behind, in words.
    :param failures: what else `make` may raise for a demo that cannot go on.
    :return: 0 if the piece is there, 1 if the run failed, 2 if the brief is wrong, 130 after Ctrl-C.
    """
    failed: tuple[type[Exception], ...] = (AirflowRefused, DagMissing, AtelierError, *failures)
    try:
        result = make()
    except BadRequest as error:
        tell(f"This cannot be made; nothing was started:\n{error}")
        return EXIT_BAD_BRIEF
    except KeyboardInterrupt:
        tell(f"\nInterrupted; {if_interrupted}.")
        return _EXIT_INTERRUPTED
    except failed as error:
        tell(f"The demo failed: {error}")
        return 1
    result.write(out)
    tell(summary(result))
    return 0 if result.state == "success" else 1
