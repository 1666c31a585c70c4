"""A page's pictures: their names as outputs and as files."""

from __future__ import annotations

from include.contract.artifacts import artifact_of
from include.contract.pictures import PictureFormat, picture_family, picture_file, picture_variants
from include.contract.registry import recipes


def test_every_format_and_width_is_an_output_that_may_be_stored() -> None:
    families = [picture_family(form, width_px) for form, width_px in picture_variants()]
    assert len(families) == 9
    assert {f"{family}/" for family in families} < {each.name for each in recipes()["page.article"].outputs}
    for (form, _), family in zip(picture_variants(), families, strict=True):
        assert artifact_of(f"{family}/01", b"x", form.media_type).name == f"{family}/01"


def test_a_file_is_named_by_number_and_width() -> None:
    assert picture_file(PictureFormat.JPEG, 960, "03") == "pictures/03-960.jpg"
    assert picture_file(PictureFormat.AVIF, 480, "20") == "pictures/20-480.avif"
