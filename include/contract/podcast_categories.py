"""Apple's podcast categories, which directories sort by: https://podcasters.apple.com/support/1691."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from include.contract.names import allowed_names, nearest
from include.contract.values import CleanText

SUBCATEGORIES: dict[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism",
        "Christianity",
        "Hinduism",
        "Islam",
        "Judaism",
        "Religion",
        "Spirituality",
    ),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    "Technology": (),
    "True Crime": (),
}
"""Each category with its subcategories."""
_BETWEEN = ":"
_WITH_SUBCATEGORY = tuple(f"{outer}{_BETWEEN}{inner}" for outer, inners in SUBCATEGORIES.items() for inner in inners)
_WRITTEN = (*SUBCATEGORIES, *_WITH_SUBCATEGORY)
_BY_ANY_NAME = {each.partition(_BETWEEN)[2].casefold(): each for each in _WITH_SUBCATEGORY} | {
    each.casefold(): each for each in _WRITTEN
}
"""Subcategories by their own names too."""


def levels_of(category: str) -> tuple[str, ...]:
    """The category and, where one follows after a colon, its subcategory."""
    return tuple(category.split(_BETWEEN)) if category in _WRITTEN else (category,)


def _known(text: str) -> str:
    written = _BETWEEN.join(part.strip() for part in text.split(_BETWEEN))
    if written in _WRITTEN:
        return written
    near = [_BY_ANY_NAME[name] for name in nearest(written.replace(" and ", " & "), _BY_ANY_NAME)]
    category = written.partition(_BETWEEN)[0]
    own = SUBCATEGORIES.get(category)
    if own is None:
        allowed = allowed_names(
            written, SUBCATEGORIES, near, "or one with its subcategory, such as `Business:Marketing`"
        )
    else:
        allowed = allowed_names(written, [category, *(f"{category}{_BETWEEN}{each}" for each in own)], near)
    raise ValueError(f"is none of Apple's categories; {allowed}")


PodcastCategory = Annotated[
    str, CleanText(100), AfterValidator(_known), Field(json_schema_extra={"enum": sorted(_WRITTEN)})
]
"""`Science`, or with its subcategory `Science:Astronomy`."""
