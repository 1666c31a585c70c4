"""When a run of a content type stops to ask people, about what, and which stages wait for the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.contract.content_types import ContentStage, ContentType
from include.contract.review import Moment
from include.contract.values import StageKind
from operators.task_ids import PIECE_GROUP, SCRIPT_GROUP


@dataclass(frozen=True)
class ReviewPoint:
    """One point at which a run asks."""

    moment: Moment
    stage: str
    """The stage that made what is reviewed: a text, or the publisher whose files it will be."""
    group: str
    """Id of its group of tasks in Airflow."""

    def task(self, name: str) -> str:
        """Id of one of its tasks."""
        return f"{self.group}.{name}"


@dataclass(frozen=True)
class Asking:
    """Where a content type asks, and which stages wait for the answers."""

    points: tuple[ReviewPoint, ...]
    """The points in order; publishers of the same files share one."""
    first_alike: Mapping[str, str]
    """Maps each publisher to the first one with the same files, for which people are asked once for all of them."""

    @property
    def script(self) -> ReviewPoint | None:
        """The point about a script."""
        return next((each for each in self.points if each.moment is Moment.AFTER_SCRIPT), None)

    def before(self, stage: ContentStage) -> tuple[ReviewPoint | None, ReviewPoint | None]:
        """The reviews whose answers decide which briefs a stage makes: of the script behind it, and of its piece."""
        alike, script = self.first_alike.get(stage.name, ""), self.script
        pieces = (each for each in self.points if each.moment is Moment.BEFORE_PUBLISHING)
        piece = next((each for each in pieces if each.stage == alike), None)
        return (script if script and script.stage in stage.wiring.upstream else None), piece


def asking_of(content_type: ContentType) -> Asking:
    """Where `content_type` asks."""
    moments, points = content_type.moments, []
    alike = _first_alike(content_type)
    if Moment.AFTER_SCRIPT in moments:
        points.append(ReviewPoint(Moment.AFTER_SCRIPT, reviewed_text(content_type), SCRIPT_GROUP))
    if Moment.BEFORE_PUBLISHING in moments:
        for number, stage in enumerate(dict.fromkeys(alike.values())):
            group = PIECE_GROUP if number == 0 else f"{PIECE_GROUP}_at_{stage}"
            points.append(ReviewPoint(Moment.BEFORE_PUBLISHING, stage, group))
    return Asking(tuple(points), alike)


def reviewed_text(content_type: ContentType) -> str:
    """Name of the stage whose script is reviewed."""
    named = content_type.review.after_script if content_type.review else False
    return named if isinstance(named, str) else content_type.of_kind(StageKind.TEXT)[0].name


def _first_alike(content_type: ContentType) -> Mapping[str, str]:
    first: dict[tuple[tuple[str, str], ...], str] = {}
    return {
        stage.name: first.setdefault(tuple(stage.wiring.read.items()), stage.name)
        for stage in content_type.of_kind(StageKind.PUBLISH)
    }
