"""The reaper as a command, for when the one in Airflow does not run: `python -m operators.reaper --dry-run`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

import httpx
from airflow.configuration import conf
from kubernetes import config
from kubernetes.client import CoreV1Api

from include.contract.errors import AtelierError, BadRequest
from operators.configuration import deployment_here
from operators.engines.kubernetes.kubeconfig import UNUSABLE
from operators.reaper.pods import sweep_pods
from operators.reaper.rest import RestApi

USER_ENV = "ATELIER_AIRFLOW_USER"
PASSWORD_ENV = "ATELIER_AIRFLOW_PASSWORD"
EXIT_INCOMPLETE = 1

log = logging.getLogger("reaper")


def main(arguments: Sequence[str]) -> int:
    """Sweep once; 0 if every pod was decided on, and every decision carried out."""
    options = _options(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        _load_cluster()
        with RestApi(
            _address(options.airflow), _from_environment(USER_ENV), _from_environment(PASSWORD_ENV)
        ) as airflow:
            report = sweep_pods(CoreV1Api(), options.namespace or _namespace(), airflow, is_dry_run=options.dry_run)
    except (AtelierError, httpx.InvalidURL) as error:
        log.error("Nothing was removed: %s", error)
        return EXIT_INCOMPLETE
    return 0 if report.is_complete else EXIT_INCOMPLETE


def _load_cluster() -> None:
    try:
        config.load_config()
    except UNUSABLE as error:
        where = os.environ.get("KUBECONFIG") or config.KUBE_CONFIG_DEFAULT_LOCATION
        said = " ".join(str(error).split())
        raise BadRequest(f"the kubeconfig {where} cannot be used: {said}; name another one in KUBECONFIG") from error


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m operators.reaper",
        description="Remove the stage pods of this Airflow whose tasks are gone.",
        epilog=f"The cluster: KUBECONFIG's, or the one that this runs in. Sign-in: {USER_ENV} and {PASSWORD_ENV}, of a "
        "user who may read the task instances of all DAGs. Which Airflow this is: AIRFLOW__API__BASE_URL, the "
        "same as in its components.",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
    parser.add_argument(
        "--airflow", metavar="URL", help="where its API server answers; its `[api] base_url` if left out"
    )
    parser.add_argument("--namespace", help="where its pods run; the deployment's (ATELIER_DEPLOYMENT) if left out")
    return parser.parse_args(arguments)


def _address(given: str | None) -> str:
    address = given or conf.get("api", "base_url", fallback="")
    if not address.startswith(("http://", "https://")):
        raise BadRequest(f"Airflow's address is not known (found {address!r}); set AIRFLOW__API__BASE_URL or --airflow")
    return address


def _from_environment(name: str) -> str:
    found = os.environ.get(name, "")
    if not found:
        raise BadRequest(f"{name} is not set: Airflow cannot be asked what became of the tasks; set it")
    return found


def _namespace() -> str:
    deployment = deployment_here()
    if deployment.kubernetes is None:
        raise BadRequest(
            "the deployment has no `kubernetes` settings, so no namespace; set ATELIER_DEPLOYMENT or --namespace"
        )
    return deployment.kubernetes.namespace


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
