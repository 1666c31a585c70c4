"""What a stage's last task leaves in XCom: where its manifest is and what it says in short, never content (W5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from include.contract.entries import Entries
from include.contract.keys import manifest_key
from include.contract.manifests import Manifest
from include.store.store import Store
from operators.stages.sentence import sentence_of

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator


def result_of(task: BaseOperator, store: Store, entries: Entries, manifest: Manifest) -> dict[str, Any]:
    """What a stage's last task leaves in XCom, its sentence in the log too; the last stage's stands for the run."""
    is_last = not task.downstream_task_ids
    sentence = sentence_of(store, manifest, entries if is_last else None)
    task.log.info("%s", sentence)
    return reference(manifest) | {"told": sentence}


def reference(manifest: Manifest) -> dict[str, Any]:
    """What travels by XCom: where the manifest is and what it says in short, never content (W5)."""
    return {
        "manifest": manifest_key(manifest.run, manifest.request),
        "kind": str(manifest.kind),
        "producer": manifest.producer,
        "content_digest": manifest.content_digest,
        "counts": manifest.counts.model_dump(),
        "spent_s": round(manifest.spent_s, 3),
        "saved_s": round(manifest.saved_s, 3),
        "wall_s": round(manifest.wall_s, 3),
        "process_started": manifest.process_started,
    }
