"""A Kubernetes cluster that this machine can reach: found by its kubeconfig, and prepared for stage pods."""

from __future__ import annotations

import base64
import ipaddress
import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes import config
from kubernetes.client import ApiClient, AuthorizationV1Api, Configuration, CoreV1Api
from kubernetes.client import models as k8s
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from deploy.kubernetes.manifests import ClusterRefused, Object, StoreAddress, apply, placed, read_objects, reason_of
from operators.engines.kubernetes.kubeconfig import UNUSABLE

AIRFLOW_ACCOUNT = "atelier-airflow"
"""Service account and role that Airflow acts with."""
STORE_SECRET = "atelier-store"
CONNECT_S = 5.0
RIGHTS_S = 10.0
"""How long a new role may take until the API server knows it."""
_ADVICE = "Start one on this machine (`kind create cluster`, `minikube start` or `k3d cluster create`) and try again."
_ANY_PORT = 9


class NoCluster(Exception):
    """There is no cluster to use; the message says what was looked for and how to get one."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers, with an administrator's rights."""

    client: ApiClient
    node_address: str
    """Address of one of its nodes, as the nodes see each other."""

    def host_address(self) -> str:
        """This machine's own address on the route to the node, where pods reach servers that listen here.

        :raises ClusterRefused: this machine has no route there.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((self.node_address, _ANY_PORT))
            except OSError as error:
                raise ClusterRefused(f"no route from this machine to the node {self.node_address}: {error}") from error
            address: str = probe.getsockname()[0]
            return address

    def install(self, namespace: str, store: StoreAddress, variables: Mapping[str, str]) -> list[str]:
        """Make `namespace` ready for stage pods that use the store at `store`; gives what the cluster warns of.

        Done again, it brings all back to what the files say.

        :param variables: from which S3 clients in pods take the store's address and their credentials.
        :raises ClusterRefused: something was not taken, or Airflow's rights are not there afterwards.
        """
        objects = placed(read_objects(), namespace, store)
        warnings = apply(self.client, [*objects, _store_secret(namespace, variables)])
        self._await_rights(namespace, objects)
        return warnings

    def airflow_kubeconfig(self, namespace: str, life_s: int) -> dict[str, Any]:
        """A kubeconfig that acts as Airflow's service account, with its rights and no others, for a while.

        :raises ClusterRefused: the account does not exist.
        """
        request = k8s.AuthenticationV1TokenRequest(spec=k8s.V1TokenRequestSpec(audiences=[], expiration_seconds=life_s))
        try:
            issued = CoreV1Api(self.client).create_namespaced_service_account_token(AIRFLOW_ACCOUNT, namespace, request)
        except ApiException as error:
            raise ClusterRefused(f"token of `{AIRFLOW_ACCOUNT}` in `{namespace}`: {reason_of(error)}") from error
        user = {"name": AIRFLOW_ACCOUNT, "user": {"token": issued.status.token}}
        context = {"cluster": "cluster", "user": AIRFLOW_ACCOUNT, "namespace": namespace}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "cluster", "cluster": self._access()}],
            "users": [user],
            "contexts": [{"name": AIRFLOW_ACCOUNT, "context": context}],
            "current-context": AIRFLOW_ACCOUNT,
        }

    def _access(self) -> dict[str, Any]:
        """How the API server is reached and recognised."""
        used = self.client.configuration
        access: dict[str, Any] = {"server": used.host}
        if used.tls_server_name:
            access["tls-server-name"] = used.tls_server_name
        if not used.verify_ssl:
            return {**access, "insecure-skip-tls-verify": True}
        if used.ssl_ca_cert:
            authority = base64.b64encode(Path(used.ssl_ca_cert).read_bytes()).decode()
            access["certificate-authority-data"] = authority
        return access

    def _await_rights(self, namespace: str, objects: Iterable[Object]) -> None:
        """Return when Airflow's account may do all that its role says."""
        limit = time.monotonic() + RIGHTS_S
        missing = list(_rights(objects))
        while missing := [right for right in missing if not self.may(namespace, *right)]:
            if time.monotonic() > limit:
                words = ", ".join(f"{verb} {resource}" for verb, resource in missing)
                raise ClusterRefused(
                    f"`{AIRFLOW_ACCOUNT}` in `{namespace}` has its role, but still may not {words}; "
                    "does the cluster authorise by RBAC?"
                )
            time.sleep(0.2)

    def may(self, namespace: str, verb: str, resource: str) -> bool:
        """Whether Airflow's account in `namespace` may do `verb` to `resource`, such as `pods/log`.

        :raises ClusterRefused: the cluster does not say so to this user.
        """
        kind, _, subresource = resource.partition("/")
        action = k8s.V1ResourceAttributes(namespace=namespace, verb=verb, resource=kind, subresource=subresource)
        user = f"system:serviceaccount:{namespace}:{AIRFLOW_ACCOUNT}"
        review = k8s.V1SubjectAccessReview(spec=k8s.V1SubjectAccessReviewSpec(resource_attributes=action, user=user))
        try:
            return bool(AuthorizationV1Api(self.client).create_subject_access_review(review).status.allowed)
        except ApiException as error:
            raise ClusterRefused(f"whether `{AIRFLOW_ACCOUNT}` may {verb} {resource}: {reason_of(error)}") from error


def find_cluster(kubeconfig: str | None = None) -> Cluster:
    """The cluster of `kubeconfig`, or of KUBECONFIG, or of the file in the user's home.

    :raises NoCluster: there is none, or it does not answer in time, or not to this user.
    """
    settings = Configuration()
    settings.retries = 0
    where = kubeconfig or os.environ.get("KUBECONFIG") or config.KUBE_CONFIG_DEFAULT_LOCATION
    try:
        client = config.new_client_from_config(kubeconfig, client_configuration=settings, persist_config=False)
    except UNUSABLE as error:
        said = " ".join(str(error).split())
        raise NoCluster(f"No Kubernetes cluster is known here ({where}: {said}). {_ADVICE}") from error
    try:
        nodes = CoreV1Api(client).list_node(_request_timeout=CONNECT_S).items
    except ApiException as error:
        raise NoCluster(
            f"The cluster {settings.host} of {where} does not let this user list its nodes: {reason_of(error)}. "
            "Installing needs an administrator's rights."
        ) from error
    except (HTTPError, OSError) as error:
        raise NoCluster(
            f"The cluster {settings.host} of {where} does not answer within {CONNECT_S:g} s ({_root(error)}). {_ADVICE}"
        ) from error
    address = next(_addresses(nodes), None)
    if address is None:
        raise NoCluster(f"The cluster {settings.host} of {where} has no node with an IPv4 address. {_ADVICE}")
    return Cluster(client, address)


def _root(error: Exception) -> object:
    """What urllib3 wraps in its count of tries."""
    return getattr(error, "reason", None) or error


def _addresses(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        for each in node.status.addresses or ():
            if each.type == "InternalIP" and ipaddress.ip_address(each.address).version == 4:
                yield each.address


def _rights(objects: Iterable[Object]) -> Iterator[tuple[str, str]]:
    """Each verb and resource that Airflow's role grants."""
    for found in objects:
        if found["kind"] == "Role" and found["metadata"]["name"] == AIRFLOW_ACCOUNT:
            for rule in found["rules"]:
                yield from ((verb, resource) for resource in rule["resources"] for verb in rule["verbs"])


def _store_secret(namespace: str, variables: Mapping[str, str]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": STORE_SECRET, "namespace": namespace},
        "type": "Opaque",
        "data": {name: base64.b64encode(value.encode()).decode() for name, value in variables.items()},
    }
