"""The stages that do nothing stand in for real ones in a real process, whatever is between them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.brief import Brief, Product
from include.contract.keys import request_key
from include.contract.registry import recipes
from include.runtime.models.files import registry
from tests.include.runtime.desk import desk_on

RECIPE = "caption.product"


def test_a_process_leaves_all_outputs_of_a_recipe(s3: S3, tmp_path: Path) -> None:
    desk = desk_on(s3.connection(), s3.bucket, tmp_path)
    desk.model = registry().identity(recipes()[RECIPE].model)
    asked = desk.request(RECIPE, *(Brief(id=f"product-{n}", product=Product(name=f"Mug {n}")) for n in range(3)))
    desk.store.put(request_key(asked.sha256()), asked.body())
    command = [sys.executable, "-m", "benchmarks.nothing", "run", desk.store.domain.uri(request_key(asked.sha256()))]
    told = tmp_path / "termination-log"
    done = subprocess.run(
        command, env={**os.environ, **s3.environment(), environment.TERMINATION_LOG: str(told)}, check=False
    )
    assert done.returncode == 0, told.read_text() if told.exists() else ""
    assert desk.manifest(asked).counts.made == 3
    assert {len(line.outputs) for line in desk.lines(asked)} == {len(recipes()[RECIPE].outputs)}
