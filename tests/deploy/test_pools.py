from __future__ import annotations

import json

from deploy.local.installation import PROJECT_ROOT
from include.contract.deployments import Deployment, read_deployment

DEPLOYMENT = PROJECT_ROOT / "include" / "deployments" / "kubernetes.yaml"


def _deployment() -> Deployment:
    return read_deployment(DEPLOYMENT.read_text(), DEPLOYMENT.name)


def test_every_pool_that_profiles_name_is_there() -> None:
    pools = json.loads((PROJECT_ROOT / "deploy" / "pools.json").read_text())
    named = {profile.pool for profile in _deployment().profiles.values()} - {"default_pool"}
    assert named == set(pools)


def test_a_deferred_stage_keeps_its_slot() -> None:
    pools = json.loads((PROJECT_ROOT / "deploy" / "pools.json").read_text())
    assert all(pool["include_deferred"] is True for pool in pools.values())
