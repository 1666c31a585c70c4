"""Which class publishes what a recipe asks for."""

from __future__ import annotations

from include.contract.recipe import Recipe
from include.runtime.publisher import Publisher


def publisher_of(recipe: Recipe) -> type[Publisher]:
    """The publisher of `recipe`; only its own module is imported."""
    if recipe.name == "publish.folder":
        from include.runtime.publishing.folder_publisher import FolderPublisher

        return FolderPublisher
    from include.runtime.publishing.store_publisher import StorePublisher

    return StorePublisher
