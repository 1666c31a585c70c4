from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import yaml

from atelier.testing import S3
from deploy.local.credentials import Credentials
from deploy.local.installation import PROJECT_ROOT, Installation
from deploy.local.store import connect
from operators.configuration import DEFAULT_DEPLOYMENT


def test_the_store_is_reached_with_its_owners_keys_and_has_its_bucket(s3: S3, tmp_path: Path) -> None:
    told = yaml.safe_load((PROJECT_ROOT / DEFAULT_DEPLOYMENT).read_text())
    told["store"] = {"bucket": f"{s3.bucket}-new", "prefix": "team/"}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(told))
    installation = Installation(home=tmp_path, deployment_file=str(tmp_path / "own.yaml"))
    keys = Credentials(store_access_key=s3.access_key, store_secret_key=s3.secret_key)
    for body in (b"honey", b"wax"):
        store = connect(installation, keys, {"s3": urlsplit(s3.endpoint).port or 0})
        s3.client().head_bucket(Bucket=f"{s3.bucket}-new")
        store.put("bees", body)
        kept = s3.client().get_object(Bucket=f"{s3.bucket}-new", Key="team/bees")
        assert kept["Body"].read() == body
