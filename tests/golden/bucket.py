"""The golden bucket: a folder of this package with one file an object, and its way into a real store and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("bucket")
NAME = "golden"
"""Of the bucket that it was made in."""
Objects = dict[str, bytes]
"""Key to bytes."""


def golden_objects(folder: Path = FOLDER) -> Objects:
    """All that lies in `folder`."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def keep(objects: Mapping[str, bytes], folder: Path) -> None:
    """Write `objects` into `folder`."""
    for key, body in objects.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)


def load(objects: Mapping[str, bytes], client: Any, bucket: str) -> None:
    """Put `objects` into a store."""
    for key, body in objects.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)


def saved(client: Any, bucket: str) -> Objects:
    """All that lies in a store."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [row["Key"] for page in pages for row in page.get("Contents", [])]
    return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
