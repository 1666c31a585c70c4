from __future__ import annotations

from pathlib import Path

from atelier.testing import Sample
from atelier.testing.samples import bytes_of


def test_another_input_leaves_the_sample_as_it_was() -> None:
    sample = Sample({"image": "a", "sound": "b"}, {"size": 2}, variation=1)
    assert sample.with_input("image", "c") == Sample({"image": "c", "sound": "b"}, {"size": 2}, variation=1)
    assert sample.inputs["image"] == "a"


def test_an_input_is_bytes_text_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "bees").write_bytes(b"\xff")
    assert [bytes_of(each) for each in (b"\x00", "ü", tmp_path / "bees")] == [b"\x00", "ü".encode(), b"\xff"]
