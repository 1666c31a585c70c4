from __future__ import annotations

from pathlib import Path

import pytest
from kubernetes import config

from operators.engines.kubernetes.kubeconfig import UNUSABLE


@pytest.mark.parametrize(
    "content",
    [b"", b"a: [", b"hello", b"\xff\xfe", b"clusters: 5", b"contexts: [{}]", b"current-context: it", b"[]", b"{a: {}}"],
)
def test_a_file_that_is_no_kubeconfig_is_unusable(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(content)
    with pytest.raises(UNUSABLE):
        config.load_kube_config(str(path))


def test_a_folder_or_nothing_is_unusable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UNUSABLE):
            config.load_kube_config(str(path))
