from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from include.runtime.memory import free_memory_mib

MIB = 1 << 20


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8000 * MIB))


def v2(limit: str, current_mib: int, inactive_mib: int = 0) -> dict[str, str]:
    return {
        "memory.max": f"{limit}\n",
        "memory.current": f"{current_mib * MIB}\n",
        "memory.stat": f"anon 1\ninactive_file {inactive_mib * MIB}\n",
    }


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": content for name, content in files.items()}


V1 = below(
    "memory/pod",
    {
        "memory.limit_in_bytes": f"{1024 * MIB}\n",
        "memory.usage_in_bytes": f"{600 * MIB}\n",
        "memory.stat": f"cache 5\ntotal_inactive_file {76 * MIB}\n",
    },
)
UNLIMITED_V1 = {
    "memory/memory.limit_in_bytes": "9223372036854771712\n",
    "memory/memory.usage_in_bytes": "0\n",
    "memory/memory.stat": "",
}


@pytest.mark.parametrize(
    ("own", "files", "free_mib"),
    [
        ("0::/\n", v2(str(2048 * MIB), 500), 1548),
        ("0::/\n", v2(str(2048 * MIB), 1500, inactive_mib=1000), 1548),
        ("0::/\n", v2("max", 500), 8000),
        ("0::/\n", v2(str(64_000 * MIB), 500), 8000),
        ("0::/\n", v2(str(512 * MIB), 600), 0),
        ("0::/\n", {}, 8000),
        ("0::/pods/one\n", {**below("pods/one", v2("max", 1)), **below("pods", v2(str(1000 * MIB), 400))}, 600),
        ("0::/pods/one\n", below("pods/two", v2(str(100 * MIB), 50)), 8000),
        ("5:memory:/pod\n4:cpu,cpuacct:/c\n0::/\n", V1, 500),
        ("5:memory:/pod\n", UNLIMITED_V1, 8000),
        ("0::/\n", {**v2("much", 1)}, 8000),
        ("0::/\n", {"memory.max": "1\n"}, 8000),
    ],
)
def test_no_more_is_free_than_machine_and_cgroups_leave(
    tmp_path: Path, own: str, files: dict[str, str], free_mib: int
) -> None:
    (tmp_path / "own").write_text(own)
    for name, content in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert free_memory_mib(tmp_path / "cgroup", tmp_path / "own") == free_mib


def test_without_cgroups_the_machine_counts(tmp_path: Path) -> None:
    assert free_memory_mib(tmp_path / "cgroup", tmp_path / "own") == 8000
