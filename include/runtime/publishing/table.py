"""The pieces of a day as a Parquet table, for those who look at thousands of them."""

from __future__ import annotations

import io

import pyarrow as pa
from pyarrow import parquet

from include.contract.published import Channel, DayIndex, IndexEntry, PublishedFile

PARQUET_TYPE = "application/vnd.apache.parquet"
FILE = pa.struct(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("media_type", pa.string(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("url", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        pa.field("slug", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("summary", pa.string(), nullable=False),
        pa.field("language", pa.string(), nullable=False),
        pa.field("guid", pa.string(), nullable=False),
        pa.field("published_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("updated_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("duration_s", pa.float64()),
        pa.field("content_digest", pa.string(), nullable=False),
        pa.field("files", pa.list_(pa.field("element", FILE, nullable=False)), nullable=False),
    ]
)
"""`path` is relative to the place's folder; `url` is null if there is no public address."""


def table_of(day: DayIndex, channel: Channel) -> bytes:
    """A row for each piece of `day`, in its order; the same day gives the same bytes."""
    rows = [_row(entry, channel) for entry in day.items]
    body = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, SCHEMA), body, compression="zstd")
    return body.getvalue()


def _row(entry: IndexEntry, channel: Channel) -> dict[str, object]:
    own = {name: getattr(entry, name) for name in SCHEMA.names if name not in ("guid", "files")}
    return own | {"guid": str(entry.guid), "files": [_file(entry, file, channel) for file in entry.files]}


def _file(entry: IndexEntry, file: PublishedFile, channel: Channel) -> dict[str, object]:
    path = entry.address(file)
    told = {"path": path, "role": str(file.role), "url": f"{channel.url}{path}" if channel.url else None}
    return told | {"media_type": file.media_type, "bytes": file.bytes, "sha256": file.sha256}
