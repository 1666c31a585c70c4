"""Stages that break one promise each, and one that keeps them all. Each writes its picture in capitals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, current_thread, main_thread

from atelier import (
    AtelierError,
    Closed,
    CorruptInput,
    DeviceLost,
    ItemResult,
    ItemStage,
    Output,
    OutputSpec,
    Port,
    Recipe,
    Shape,
    Stage,
    StageKind,
    Work,
)


class NoParams(Closed):
    """None."""


class Sound(ItemStage):
    """Keeps every promise."""

    def make_item(self, work: Work) -> ItemResult:
        return ItemResult((self.written(work, self.text_in(work)),))

    def text_in(self, work: Work) -> str:
        try:
            return work.inputs["image"].read_text("utf-8").upper()
        except UnicodeDecodeError as error:
            raise CorruptInput(f"input image is no text: {error}") from error

    def written(self, work: Work, text: str, name: str = "image", media_type: str = "image/png") -> Output:
        path = work.scratch / name
        path.write_text(text, "utf-8")
        return Output(name, path, media_type)


class OfAnotherName(Sound):
    def make_item(self, work: Work) -> ItemResult:
        return ItemResult((self.written(work, self.text_in(work), "picture"),))


class OfAnotherType(Sound):
    def make_item(self, work: Work) -> ItemResult:
        return ItemResult((self.written(work, self.text_in(work), media_type="image/jpeg"),))


class Nothing(Sound):
    def make_item(self, work: Work) -> ItemResult:
        self.text_in(work)
        return ItemResult(())


class Empty(Sound):
    def make_item(self, work: Work) -> ItemResult:
        self.text_in(work)
        return ItemResult((self.written(work, ""),))


class Counting(Sound):
    """What it makes depends on what it made before."""

    made = 0

    def make_item(self, work: Work) -> ItemResult:
        self.made += 1
        return ItemResult((self.written(work, f"{self.text_in(work)} {self.made}"),))


class Sharing(Sound):
    """Keeps an item's text where another thread puts its own."""

    has_text = Barrier(2, timeout=20)

    def make_item(self, work: Work) -> ItemResult:
        self.text = self.text_in(work)
        if current_thread() is not main_thread():
            self.has_text.wait()
        return ItemResult((self.written(work, self.text),))


class Shorter(Sound):
    """Answers for fewer items than it is asked for."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        return super().process(batch)[:1]


class Raising(Sound):
    """A bad item takes the batch down."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        return [self.make_item(work) for work in batch]


class Careless(Sound):
    """Reads whatever there is."""

    def text_in(self, work: Work) -> str:
        return work.inputs["image"].read_text("latin-1")


class Hasty(Sound):
    """Has all tried again that cannot be made."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        made = super().process(batch)
        return [DeviceLost("image: try again") if isinstance(each, AtelierError) else each for each in made]


class Silent(Sound):
    """Does not say what is wrong."""

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        made = super().process(batch)
        return [CorruptInput("no good") if isinstance(each, AtelierError) else each for each in made]


STAGES: dict[str, Callable[[], Stage]] = {
    each.__name__: each
    for each in (
        *(Sound, OfAnotherName, OfAnotherType, Nothing, Empty, Counting, Sharing),
        *(Shorter, Raising, Careless, Hasty, Silent),
    )
}


def recipe_with(stage: str) -> Recipe:
    """The recipe of the stage of that name, two of whose items may be made side by side."""
    return Recipe(
        kind=StageKind.IMAGE,
        name=f"flawed.{stage.lower()}",
        revision=1,
        params=NoParams,
        model="builtin/phrases",
        outputs=(OutputSpec("image", "image/png"),),
        ports=(Port("image", Shape.EACH),),
        stage=f"{__name__}:{stage}",
        at_once=2,
        item_mib=lambda params: 1,
    )
