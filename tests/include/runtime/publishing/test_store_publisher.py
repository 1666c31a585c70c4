"""What a content type's feed and gallery say of it."""

from __future__ import annotations

from datetime import date

from include.contract.params import PublishParams, PublishPodcastParams
from include.contract.published import Publication
from include.runtime.publishing.store_publisher import channel_of

PUBLICATION = Publication(
    content_type="bees",
    title="Bees",
    description="All about bees.",
    language="de",
    day=date(2026, 11, 25),
    public_url="https://media.example.org/published/",
)


def test_a_channel_is_told_by_its_publication() -> None:
    channel = channel_of(PUBLICATION, PublishParams(language="en"))
    assert (channel.content_type, channel.title, channel.language) == ("bees", "Bees", "de")
    assert channel.url == "https://media.example.org/published/bees/"
    assert not channel.is_podcast


def test_a_podcast_says_who_makes_it_and_what_it_is_about() -> None:
    params = PublishPodcastParams(
        language="en", author="Ann", owner_email="ann@example.org", category="Science", is_explicit=True
    )
    channel = channel_of(PUBLICATION, params)
    assert channel.is_podcast
    assert (channel.author, channel.owner_email, channel.category) == ("Ann", "ann@example.org", "Science")
    assert channel.is_explicit
    assert channel.is_locked
    assert channel.language == "de", "the channel's, not the episode's"
