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
    """The one that made what is looked at: a text, or the publisher whose files they would be."""
    group: str
    """Id of its group of tasks in Airflow."""

    def task(self, name: str) -> str:
        """Id of one of its tasks."""
        return f"{self.group}.{name}"


@dataclass(frozen=True)
class Asking:
    """Where a content type asks, and which stages wait for the answers; worked out once for all of its stages."""

    points: tuple[ReviewPoint, ...]
    """In order; publishers of the same files share one."""
    first_alike: Mapping[str, str]
    """Each publisher to the first one that publishes the same files: of it people are asked once for all of them."""

    @property
    def script(self) -> ReviewPoint | None:
        """The one about a script."""
        return next((each for each in self.points if each.moment is Moment.AFTER_SCRIPT), None)

    def before(self, stage: ContentStage) -> tuple[ReviewPoint | None, ReviewPoint | None]:
        """Whose answers say which briefs a stage makes: about the script behind it, and about its piece."""
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
    """Name of the stage whose script is looked at."""
    named = content_type.review.after_script if content_type.review else False
    return named if isinstance(named, str) else content_type.of_kind(StageKind.TEXT)[0].name


def _first_alike(content_type: ContentType) -> Mapping[str, str]:
    first: dict[tuple[tuple[str, str], ...], str] = {}
    return {
        stage.name: first.setdefault(tuple(stage.wiring.read.items()), stage.name)
        for stage in content_type.of_kind(StageKind.PUBLISH)
    }
