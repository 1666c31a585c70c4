"""The recipe as planner, form and fingerprint see it."""

from __future__ import annotations

from atelier.testing import check_recipe
from house_style.recipes import IMAGE_DUOTONE

FINGERPRINT = "3c4fc18d5d3f0d6230709afc6a72d063fc423edbe59ca327a465eed475735b44"
"""Another one means that everything made with the recipe is made again."""


def test_the_recipe_is_whole_and_what_was_made_with_it_is_found() -> None:
    check_recipe(IMAGE_DUOTONE, fingerprint=FINGERPRINT)
