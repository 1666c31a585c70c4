"""Models brought to a machine before a stage needs them: what `python -m include.runtime models warm` does."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from include.contract.errors import BadRequest, ExitCode, Preempted, UnknownModel
from include.contract.failures import failure_of
from include.contract.keys import MODEL_NAMES, domain_at
from include.contract.model_cards import is_reference, read_reference
from include.runtime.logs import log_to_stdout
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import OwnModel, RegisteredModels
from include.runtime.models.files import registry
from include.runtime.stopping import Stopping
from include.store.connection import Connection
from include.store.models import Models
from include.store.store import Store

log = logging.getLogger(__name__)

TELL_EVERY_S = 5.0
_GRACE_S = 5.0


def warm(store_uri: str, names: Iterable[str], stopping: Stopping, *, is_held: bool = False) -> ExitCode:
    """Bring the files of all `names` into the cache; returns the exit code of the process.

    :param names: references in the store at `store_uri`, or names of the registry.
    :param is_held: whether to stay until asked to stop, so that meanwhile nobody removes them to make room.
    """
    log_to_stdout()
    stopping.work(_GRACE_S, lambda: failure_of(Preempted("asked to stop while models were brought")).line())
    scratch = Path(tempfile.mkdtemp(prefix="atelier-"))
    arrival = Arrival(_now_and_then(), stopping.asked, scratch)
    failed: list[Exception] = []
    try:
        store = Store(domain_at(store_uri), Connection.from_environment())
    except Exception as error:  # noqa: BLE001 - told below
        failed, names = [error], ()
    for name in names:
        try:
            _bring(name, store, arrival)
        except Exception as error:  # noqa: BLE001 - told below; the others are brought all the same
            failed.append(error)
    arrival.settle()
    code = _told(failed, stopping)
    if is_held and not failed:
        log.info("all of it is here; its files are held until this is asked to stop")
        stopping.asked.wait()
    shutil.rmtree(scratch, ignore_errors=True)
    return code


def _bring(name: str, store: Store, arrival: Arrival) -> None:
    began_at = time.monotonic()
    if is_reference(name):
        try:
            reference = read_reference(name)
        except BadRequest as error:
            raise BadRequest(f"model {name}: {error}") from error
        card = Models(store).named(reference)
        if card is None:
            where = store.domain.uri(MODEL_NAMES)
            raise UnknownModel(f"model {name} is not in {where}; add it with `atelier models add`")
        OwnModel(reference.identity(card), store).located(arrival)
    else:
        models = registry()
        RegisteredModels(models.identity(name), models, store).located(arrival)
    log.info("%s is here, after %.1f s", name, time.monotonic() - began_at)


def _told(failed: list[Exception], stopping: Stopping) -> ExitCode:
    """Log what could not be brought; returns the exit code of the first failure."""
    for error in failed:
        log.error("%s", failure_of(error).message)
    if not failed:
        return stopping.say("", ExitCode.OK)
    failure = failure_of(failed[0])
    return stopping.say(failure.line(), ExitCode(failure.exit_code))


def _now_and_then() -> Callable[[str], None]:
    """Logs what it is given, at most every `TELL_EVERY_S`."""
    due_at = time.monotonic() + TELL_EVERY_S

    def tell(words: str) -> None:
        nonlocal due_at
        if time.monotonic() >= due_at:
            due_at = time.monotonic() + TELL_EVERY_S
            log.info("%s", words)

    return tell
