"""Cards that the real publishing stage puts where readers find them, started in the environment that has it."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from atelier.testing.s3 import S3
from include.store.store import Store

ROOT = Path(__file__).parents[2]
_HEADERS = ("ContentType", "ContentDisposition", "CacheControl", "Metadata")


def publish_cards(s3: S3, prefix: str, pieces: Mapping[str, str | None], **told: Any) -> str:
    """Publish `pieces`, by slug; what `tests.operators.publisher` says when it is `told` more."""
    command = [str(ROOT / ".venv/stage/bin/python"), "-m", "tests.operators.publisher"]
    environment = {**os.environ, **s3.environment(), "PYTHONPATH": str(ROOT)}
    asked = {"bucket": s3.bucket, "prefix": prefix, "published": pieces}
    asked |= {"withdrawn": [], "restored": [], "asked": []} | told
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lay_out_cards(s3: S3, store: Store, pieces: Mapping[str, str]) -> None:
    """Have `store` as it is after the run `run-1` has published `pieces`; the stage is started once for all tests."""
    server = replace(s3, bucket="")
    for put in _published(server, store.domain.prefix, tuple(pieces.items())):
        store.connection.client.put_object(Bucket=s3.bucket, **put)


@cache
def _published(server: S3, prefix: str, pieces: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Every object of a bucket after `pieces` were published, as it is put."""
    own = replace(server, bucket=f"cards-{uuid.uuid4().hex[:12]}")
    client = own.client()
    client.create_bucket(Bucket=own.bucket)
    publish_cards(own, prefix, dict(pieces))
    found = []
    for row in client.list_objects_v2(Bucket=own.bucket)["Contents"]:
        answer = client.get_object(Bucket=own.bucket, Key=row["Key"])
        headers = {name: answer[name] for name in _HEADERS if answer.get(name)}
        found.append({"Key": row["Key"], "Body": answer["Body"].read(), **headers})
    return found
