from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import weed
from tests.plugins.atelier.web.serving import Serving, lay_out, serving

with warnings.catch_warnings():
    # What third parties deprecate of each other while they are imported is not this project's to mend.
    warnings.simplefilter("ignore")
    import airflow.api_fastapi.core_api.security  # noqa: F401


@pytest.fixture(scope="session")
def served(s3_server: weed.S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One API server for the session, whose store browsers reach under another name."""
    s3 = replace(s3_server, bucket="plugin")
    s3.client().create_bucket(Bucket=s3.bucket)
    for_browsers = s3.endpoint.replace("127.0.0.1", "localhost")
    with serving(tmp_path_factory.mktemp("airflow"), s3, browser_endpoint_url=for_browsers) as served:
        lay_out(served.store)
        yield served
