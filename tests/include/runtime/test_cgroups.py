from __future__ import annotations

from pathlib import Path

import pytest

from include.runtime.cgroups import own_cgroups


@pytest.mark.parametrize(
    ("own", "folders"),
    [
        ("0::/\n", [""]),
        ("0::/pods/one\n", ["pods/one", "pods", ""]),
        ("5:memory:/m\n4:cpu,cpuacct:/pod\n", ["cpu,cpuacct/pod", "cpu,cpuacct"]),
        ("4:cpu,cpuacct:/\n0::/pod\n", ["cpu,cpuacct", "pod", ""]),
        ("", []),
    ],
)
def test_a_process_is_in_its_own_cgroup_and_those_around_it(tmp_path: Path, own: str, folders: list[str]) -> None:
    (tmp_path / "own").write_text(own)
    root = tmp_path / "cgroup"
    assert list(own_cgroups("cpu", root, tmp_path / "own")) == [root / folder for folder in folders]
