"""The result of a stage of a run in one sentence: `3 made, 1 failed: why`."""

from __future__ import annotations

from collections.abc import Sequence

from include.contract.entries import Entries
from include.contract.errors import CorruptInput, InputLost
from include.contract.manifests import ItemLine, Manifest, Outcome
from include.contract.planning import INPUT_MISSING
from include.contract.values import StageKind, shortened
from include.store.store import Store
from operators.run_history import lines_of, manifests_of

MOST_BYTES = 400
MOST_BYTES_OF_A_REASON = 200


def sentence_of(store: Store, manifest: Manifest, entries: Entries | None = None) -> str:
    """How many items had which outcome, and why the first failed one failed.

    :param entries: the run's, for its last stage, whose sentence sums up the whole run, refused rows included.
    """
    counts, is_effect = manifest.counts, manifest.kind is StageKind.PUBLISH
    unmade = _unmade(store, manifest)
    left_out = [line for line in unmade if _is_left_out(line)]
    failed = [line for line in unmade if not _is_left_out(line)]
    mistakes = entries.mistakes if entries is not None else ()
    parts = [
        _counted(counts.made, "published" if is_effect else "made"),
        _counted(counts.reused, "published before" if is_effect else "reused"),
        _with_reason(len(failed), "failed", _root_cause(store, manifest, failed[0]) if failed else ""),
        _with_reason(len(left_out), "left out", left_out[0].message if left_out else ""),
        _with_reason(len(mistakes), "refused", mistakes[0] if mistakes else ""),
        entries.left_out if entries is not None else "",
    ]
    return shortened(", ".join(part for part in parts if part) or "nothing to make", MOST_BYTES)


def _unmade(store: Store, manifest: Manifest) -> Sequence[ItemLine]:
    """Its items that did not come out; those for which its header has no room stand in its parts alone."""
    if manifest.counts.failed + manifest.counts.skipped <= len(manifest.failures):
        return manifest.failures
    return [line for line in lines_of(store, manifest) if not line.succeeded]


def _is_left_out(line: ItemLine) -> bool:
    """Whether somebody has decided that it goes no further; otherwise it is not made because of a failure."""
    return line.outcome is Outcome.SKIPPED and not line.message.startswith(INPUT_MISSING)


def _root_cause(store: Store, manifest: Manifest, line: ItemLine) -> str:
    """Why an item was not made: the reason of what it would have been made from, where that failed first."""
    if line.outcome is Outcome.SKIPPED:
        brief = line.item.partition("/")[0]
        line = next((found for found in _failures(store, manifest) if found.item.partition("/")[0] == brief), line)
    return f"{line.item}: {line.message}"


def _failures(store: Store, manifest: Manifest) -> Sequence[ItemLine]:
    """What failed by itself in the run, in the order of its stages; nothing where that cannot be read now."""
    try:
        stages = manifests_of(store, manifest.run.dag_id, manifest.run.run_id)
    except (InputLost, CorruptInput):
        return ()
    return [line for stage in stages for line in stage.failures if line.outcome is not Outcome.SKIPPED]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def _with_reason(number: int, what: str, reason: str) -> str:
    first_line = shortened(reason.strip().partition("\n")[0], MOST_BYTES_OF_A_REASON)
    return _counted(number, f"{what}: {first_line}" if first_line else what)
