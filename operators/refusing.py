"""How a task ends if what people wrote is wrong: at once, with a message but without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from include.contract.errors import BadRequest
from include.contract.failures import failure_of

if TYPE_CHECKING:
    from logging import Logger

    from airflow.sdk.types import Logger as TaskLogger


class MistakesTold(SystemExit):
    """Fails a task whose mistake is already in its log: for any other exception, Airflow writes a traceback."""

    def __init__(self, error: BadRequest) -> None:
        super().__init__(int(error.exit_code))
        self.failure = failure_of(error)

    def __str__(self) -> str:
        return self.failure.message


@contextmanager
def told_in_words(log: Logger | TaskLogger) -> Iterator[None]:
    """Logs the mistakes in what is read in this block, a line each.

    :raises Refused: there was one.
    """
    try:
        yield
    except BadRequest as error:
        for line in str(error).splitlines():
            log.error("%s", line.removeprefix("- "))
        raise MistakesTold(error) from None
