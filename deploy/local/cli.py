"""`.venv/airflow/bin/atelier`: Atelier's command line, which finds the embedded store by itself while it runs."""

from __future__ import annotations

import os
import sys

from deploy.local import locks, weed
from deploy.local.credentials import credentials_of
from deploy.local.installation import DEPLOYMENT_ENV, Installation
from deploy.local.stackfile import Phase, StackFile
from operators.cli.main import main

OWN_STORE = ("AIRFLOW_CONN_ATELIER_STORE", "AIRFLOW_HOME", "AWS_ACCESS_KEY_ID", "AWS_PROFILE")
"""Variables that say which store is meant."""


def store_environment(installation: Installation) -> dict[str, str]:
    """What leads to the embedded store; nothing when it does not run."""
    if not installation.state.is_dir() or not locks.supervisor_lives(installation):
        return {}
    stack = StackFile.of(installation).read()
    if stack is None or stack.phase is not Phase.READY:
        return {}
    credentials = credentials_of(installation)
    return {
        "AWS_ENDPOINT_URL": weed.endpoint_url(stack.ports),
        "AWS_ACCESS_KEY_ID": credentials.store_access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.store_secret_key,
        "AWS_DEFAULT_REGION": weed.REGION,
    }


if __name__ == "__main__":
    here = Installation.here()
    os.environ.setdefault(DEPLOYMENT_ENV, here.deployment_file)
    if not any(name in os.environ for name in OWN_STORE):
        os.environ.update(store_environment(here))
    sys.exit(main(sys.argv[1:]))
