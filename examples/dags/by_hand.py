"""A DAG by hand: Atelier's operators beside tasks of one's own. `docs/operators.md` says what each argument means.

Put it into the DAGs folder. Each morning it draws two pictures, shared out among four tasks; a task of one's own looks
at what came out.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, task

from operators import BriefOperator, MergeOperator, StageOperator, artifacts_of

log = logging.getLogger(__name__)

TODAY = "{{ dag_run.run_after | ds }}"
SCRIPT = {
    "title": f"Bees on {TODAY}",
    "scenes": [
        {"narration": "A bee visits a flower.", "image_prompt": "a bee on a sunflower"},
        {"narration": "Then it flies home.", "image_prompt": "a bee hive in a garden"},
    ],
}
SCENES: dict[str, Any] = {
    "recipe": "image.scene",
    "recipe_params": {"short_side_px": 360},
    "profile": "cpu-medium",
    "shards": 4,
}


@task
def digests(manifest: dict[str, Any]) -> dict[str, str]:
    """The digest of each picture, read bit by bit."""
    found = {}
    for artifact in artifacts_of(manifest):
        digest = hashlib.sha256()
        with artifact.open() as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        log.info("%s: %s, %d bytes at %s", artifact.item, artifact.media_type, artifact.bytes, artifact.uri)
        found[artifact.item] = digest.hexdigest()
    return found


with DAG("by_hand", schedule="0 6 * * *", start_date=datetime(2026, 1, 1), catchup=False):
    brief = BriefOperator(brief={"id": f"bees-{TODAY}", "aspect": "1:1", "script": SCRIPT})
    text = StageOperator(task_id="text", recipe="script.narrated")
    shards = StageOperator.partial(task_id="scenes_shards", **SCENES).expand(shard=list(range(4)))
    scenes = MergeOperator(task_id="scenes", **SCENES)
    brief >> text >> shards >> scenes
    digests(scenes.output)
