from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from include.contract.digital_source import DigitalSource
from include.contract.errors import CorruptInput
from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source, text_source


@pytest.mark.parametrize("source", DigitalSource)
def test_a_text_and_a_picture_say_what_made_them(tmp_path: Path, source: DigitalSource) -> None:
    (tmp_path / "source").write_text(source)
    save_marked(Image.new("RGB", (8, 8)), tmp_path / "picture", "PNG", source)
    assert text_source({"digital_source": tmp_path / "source"}) is source
    assert picture_source(tmp_path / "picture", "image/01") is source


@pytest.mark.parametrize("told", [b"", b"digitalCapture", b"\xff"])
def test_a_text_that_says_something_else_is_named(tmp_path: Path, told: bytes) -> None:
    (tmp_path / "source").write_bytes(told)
    with pytest.raises(CorruptInput, match="input digital_source is .*allowed: algorithmicMedia, trained"):
        text_source({"digital_source": tmp_path / "source"})
    with pytest.raises(CorruptInput, match="digital_source"):
        text_source({})


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"noise")
    with pytest.raises(CorruptInput, match="image/07"):
        picture_source(tmp_path / "picture", "image/07")
