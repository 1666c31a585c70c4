"""The files in `deploy/kubernetes/base`: read, adapted to a namespace, and applied on the server's side."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from urllib3.exceptions import HTTPError

BASE = Path(__file__).parent / "base"
STORE_POLICY = "atelier-stage-store"
"""The network policy that has the store's address and port."""
FIELD_MANAGER = "atelier"

Object = dict[str, Any]


class ClusterRefused(Exception):
    """The cluster refuses, or something is missing in it; the message says what to do."""


@dataclass(frozen=True)
class StoreAddress:
    """Where pods find the object store."""

    address: str
    """An IPv4 address, because network policies have no names."""
    port: int

    @property
    def url(self) -> str:
        """The address for S3 clients in pods."""
        return f"http://{self.address}:{self.port}"

    @property
    def cidr(self) -> str:
        """This address alone, in the notation of network policies."""
        return str(ipaddress.IPv4Network(self.address))


def read_objects(folder: Path = BASE) -> list[Object]:
    """All objects of the `resources` of a kustomization, in their order."""
    names = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    return [found for name in names for found in yaml.safe_load_all((folder / name).read_text())]


def placed(objects: Iterable[Object], namespace: str, store: StoreAddress) -> list[Object]:
    """`objects` as those of `namespace`, whose stage pods reach `store`."""
    return [_placed(deepcopy(each), namespace, store) for each in objects]


def apply(client: ApiClient, objects: Iterable[Object]) -> list[str]:
    """Apply `objects`, whoever set their fields before; returns the API server's warnings.

    :raises ClusterRefused: names the object and the reason.
    """
    with TemporaryDirectory(prefix="atelier-") as folder:
        # The client's own cache file is named by the address alone, which the next cluster may have too.
        dynamic = DynamicClient(client, cache_file=str(Path(folder) / "resources.json"))
        return [warning for each in objects for warning in _apply_one(dynamic, each)]


def _placed(found: Object, namespace: str, store: StoreAddress) -> Object:
    metadata = found["metadata"]
    if found["kind"] == "Namespace":
        metadata["name"] = namespace
    if "namespace" in metadata:
        metadata["namespace"] = namespace
    for subject in found.get("subjects", ()):
        subject["namespace"] = namespace
    if metadata["name"] == STORE_POLICY:
        (rule,) = found["spec"]["egress"]
        rule["to"] = [{"ipBlock": {"cidr": store.cidr}}]
        rule["ports"] = [{"protocol": "TCP", "port": store.port}]
    return found


def _apply_one(dynamic: DynamicClient, wanted: Object) -> list[str]:
    name, kind = wanted["metadata"]["name"], wanted["kind"]
    try:
        response = dynamic.resources.get(api_version=wanted["apiVersion"], kind=kind).server_side_apply(
            body=wanted,
            name=name,
            namespace=wanted["metadata"].get("namespace"),
            field_manager=FIELD_MANAGER,
            force_conflicts=True,
            serialize=False,
        )
    except ApiException as error:
        raise ClusterRefused(f"{kind} `{name}`: {reason_of(error)}") from error
    except HTTPError as error:
        raise ClusterRefused(f"{kind} `{name}`: the cluster no longer answers: {error}") from error
    return [f"{kind} `{name}`: {_text_of(warning)}" for warning in response.headers.getlist("Warning")]


def reason_of(error: ApiException) -> str:
    """What the API server says, in one line."""
    try:
        said: Any = yaml.safe_load(error.body or "")
    except yaml.YAMLError:
        said = None
    message = said.get("message") if isinstance(said, Mapping) else None
    return f"the cluster answers {error.status} {error.reason}: {message or str(error.body)[:300]}"


def _text_of(warning: str) -> str:
    """The text of an HTTP warning: `299 - "text"`."""
    return warning.partition('"')[2].rpartition('"')[0] or warning
