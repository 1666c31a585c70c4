"""The embedded store as the machine's owner reads it: progress, manifests, blobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.installation import Installation
from include.contract.errors import AtelierError, StoreAway
from include.contract.failures import Progress
from include.contract.keys import runs_prefix
from include.contract.manifests import ItemLine, Manifest
from include.contract.parsing import model_in
from operators.items import items_in
from operators.store import Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def connect(installation: Installation, credentials: Credentials, ports: Mapping[str, int]) -> Store:
    """The embedded store, with its bucket."""
    import boto3
    from botocore.config import Config

    client: S3Client = boto3.client(
        "s3",
        endpoint_url=weed.endpoint_url(ports),
        aws_access_key_id=credentials.store_access_key,
        aws_secret_access_key=credentials.store_secret_key,
        region_name=weed.REGION,
        config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "max_attempts": 3}),
    )
    domain = installation.deployment().store.domain()
    _create_bucket(client, domain.bucket)
    return Store(client, domain, {})


def progress_of(store: Store, dag_id: str, run_id: str, task_id: str) -> Progress | None:
    """How far the task's newest attempt is, when it has said so and the store is there to be asked."""
    from botocore.exceptions import BotoCoreError, ClientError

    prefix = store.domain.prefix + runs_prefix(dag_id, run_id, task_id)
    try:
        listed = store.client.list_objects_v2(Bucket=store.domain.bucket, Prefix=prefix).get("Contents", [])
        reports = [o for o in listed if o["Key"].endswith("/progress.json")]
        if not reports:
            return None
        newest = max(reports, key=lambda o: o["LastModified"])
        body = store.get_at(store.domain.bucket, newest["Key"])
        return None if body is None else model_in(Progress, body, newest["Key"])
    except (BotoCoreError, ClientError, AtelierError):
        return None


def items_of(store: Store, manifest: Manifest) -> Iterator[ItemLine]:
    """Every item of a manifest, in order."""
    return items_in(store, manifest.parts, f"task `{manifest.run.task_id}`", manifest.producer or manifest.run.task_id)


def _create_bucket(client: S3Client, bucket: str) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client.create_bucket(Bucket=bucket)
    except client.exceptions.BucketAlreadyOwnedByYou:
        return
    except (BotoCoreError, ClientError) as error:
        raise StoreAway(f"the bucket `{bucket}` cannot be made in the embedded store: {error}") from error
