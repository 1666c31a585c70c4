"""A publisher that shows half a piece, or writes again what is there, is told so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from atelier.testing import S3, check_publisher
from include.contract.publishing_recipes import PUBLISH_CARDS
from include.runtime.publisher import Piece, Placed, Publisher

FIRST = {"card_square": (b"honey square", "image/jpeg"), "thumbnail": (b"honey small", "image/webp")}
SECOND = {"card_square": (b"wax square", "image/jpeg"), "thumbnail": (b"wax small", "image/webp")}


@pytest.fixture
def server(s3: S3) -> S3:
    return S3(s3.endpoint, s3.bucket, access_key=s3.access_key, secret_key=s3.secret_key)


class InPlace(Publisher):
    """Writes its files where people find them, one after the other, and again each time."""

    box: ClassVar[Path]

    def place(self, piece: Piece) -> Placed:
        for file in piece.files:
            self.assignment.bring(file, self.box / file.path)
        return Placed(self.box.as_uri(), is_new=True)


class Again(InPlace):
    """Writes all of them or none, and each time again."""

    def place(self, piece: Piece) -> Placed:
        for file in piece.files:
            self.assignment.bring(file, self.assignment.scratch / f"{file.artifact.sha256}")
        return super().place(piece)


@pytest.mark.parametrize(
    ("publisher", "told"),
    [
        (InPlace, "a file of a piece is gone from the store, but other files of it are seen"),
        (Again, "the same piece is placed again, but `place` says that it is new"),
    ],
)
def test_a_publisher_that_shows_half_a_piece_or_writes_again_is_told_so(
    server: S3, tmp_path: Path, publisher: type[InPlace], told: str
) -> None:
    publisher.box = tmp_path / "box"
    publisher.box.mkdir()
    recipe = replace(PUBLISH_CARDS, stage=f"{__name__}:{publisher.__name__}")
    with pytest.raises(AssertionError, match=told):
        check_publisher(
            recipe,
            FIRST,
            SECOND,
            s3=server,
            folder=tmp_path,
            seen=lambda: [path.read_bytes() for path in publisher.box.iterdir()],
        )
