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


def review_points(content_type: ContentType) -> tuple[ReviewPoint, ...]:
    """Where it asks, in order; publishers of the same files share a point."""
    moments, points = content_type.moments, []
    if Moment.AFTER_SCRIPT in moments:
        points.append(ReviewPoint(Moment.AFTER_SCRIPT, reviewed_text(content_type), SCRIPT_GROUP))
    if Moment.BEFORE_PUBLISHING in moments:
        for stage in dict.fromkeys(_first_alike(content_type).values()):
            is_first = all(point.moment is Moment.AFTER_SCRIPT for point in points)
            group = PIECE_GROUP if is_first else f"{PIECE_GROUP}_at_{stage}"
            points.append(ReviewPoint(Moment.BEFORE_PUBLISHING, stage, group))
    return tuple(points)


def asked_before(content_type: ContentType, stage: ContentStage) -> tuple[ReviewPoint | None, ReviewPoint | None]:
    """Whose answers say which briefs a stage makes: about the script behind it, and about the piece it publishes."""
    points = review_points(content_type)
    alike = _first_alike(content_type).get(stage.name, "")
    script = next((each for each in points if each.moment is Moment.AFTER_SCRIPT), None)
    piece = next((each for each in points if each.moment is Moment.BEFORE_PUBLISHING and each.stage == alike), None)
    return (script if script and script.stage in stage.wiring.upstream else None), piece


def reviewed_text(content_type: ContentType) -> str:
    """Name of the stage whose script is looked at."""
    named = content_type.review.after_script if content_type.review else False
    return named if isinstance(named, str) else content_type.of_kind(StageKind.TEXT)[0].name


def _first_alike(content_type: ContentType) -> Mapping[str, str]:
    """Each publisher to the first one that publishes the same files: of it people are asked once for all of them."""
    first: dict[tuple[tuple[str, str], ...], str] = {}
    return {
        stage.name: first.setdefault(tuple(stage.wiring.read.items()), stage.name)
        for stage in content_type.of_kind(StageKind.PUBLISH)
    }
