"""Cards that the real publishing stage puts where readers find them, started in the environment that has it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operators.store import Store
from tests.weed import S3

ROOT = Path(__file__).parents[2]


def publish_cards(s3: S3, store: Store, pieces: Mapping[str, str | None], **told: Any) -> str:
    """Publish `pieces`, by slug; what `tests.operators.publisher` says when it is `told` more."""
    command = [str(ROOT / ".venv/stage/bin/python"), "-m", "tests.operators.publisher"]
    environment = {**os.environ, **s3.environment(), "PYTHONPATH": str(ROOT)}
    asked = {"bucket": s3.bucket, "prefix": store.domain.prefix, "published": pieces}
    asked |= {"withdrawn": [], "restored": [], "asked": []} | told
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
