"""Stages as pods beside the embedded servers: preparing the cluster, and how Airflow reaches it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import yaml

from deploy.kubernetes.cluster import Cluster, find_cluster
from deploy.kubernetes.manifests import StoreAddress
from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.files import write_atomically
from deploy.local.installation import Installation

log = logging.getLogger(__name__)

ACCESS_LIFE_S = 30 * 24 * 3600
"""How long Airflow's access to the cluster lasts; the next start of the servers renews it."""


def cluster_environment(
    installation: Installation, credentials: Credentials, ports: Mapping[str, int]
) -> dict[str, str]:
    """Prepare the cluster, and return what Airflow needs to reach it; nothing if no stage runs as a pod.

    :raises NoCluster: there is none.
    :raises ClusterRefused: it refuses.
    """
    engine = installation.deployment().kubernetes
    if engine is None:
        return {}
    cluster = find_cluster()
    store = StoreAddress(cluster.host_address(), ports["s3"])
    for warning in cluster.install(engine.namespace, store, weed.client_variables(store.url, credentials)):
        log.warning("The cluster says: %s", warning)
    return {f"AIRFLOW_CONN_{engine.connection_id.upper()}": _connection(installation, cluster, engine.namespace)}


def _connection(installation: Installation, cluster: Cluster, namespace: str) -> str:
    """An Airflow connection with the rights of Airflow's own service account, and no others."""
    path = installation.state / "kubeconfig"
    access = cluster.airflow_kubeconfig(namespace, ACCESS_LIFE_S)
    write_atomically(path, yaml.safe_dump(access).encode(), mode=0o600)
    return json.dumps({"conn_type": "kubernetes", "extra": {"kube_config_path": str(path)}})
