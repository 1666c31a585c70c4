from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from tests.operators.context import connect
from tests.plugins.atelier_airflow.web.serving import Serving, lay_out, serving

with warnings.catch_warnings():
    # What third parties deprecate of each other while they are imported is not this project's to mend.
    warnings.simplefilter("ignore")
    import airflow.api_fastapi.core_api.security  # noqa: F401


@pytest.fixture(scope="session")
def served(s3_server: S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One API server for the session, whose store browsers reach under another name."""
    s3 = replace(s3_server, bucket="plugin")
    s3.client().create_bucket(Bucket=s3.bucket)
    for_browsers = s3.endpoint.replace("127.0.0.1", "localhost")
    with serving(tmp_path_factory.mktemp("airflow"), s3, browser_endpoint_url=for_browsers) as served:
        lay_out(served.store)
        yield served


@pytest.fixture
def deployed(s3: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3:
    """The store of a deployment, as this process knows it; browsers do not reach it."""
    file = tmp_path / "deployment.yaml"
    file.write_text(
        f"engine: process\nstore: {{bucket: {s3.bucket}}}\nprocess: {{python: python, scratch: s, cache: c}}\n"
        "profiles: {cpu-small: {cpu: 1, memory_mib: 512}}\n"
    )
    monkeypatch.setenv("ATELIER_DEPLOYMENT", str(file))
    connect(s3, monkeypatch)
    return s3
