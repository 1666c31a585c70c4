"""The text of a form: Markdown in which everything from a brief or a model is plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from include.contract.artifacts import Artifact
from include.contract.errors import CorruptInput
from include.contract.manifests import RunRef
from include.contract.parsing import json_in
from include.contract.publishing import Role
from include.contract.review import Moment, OnTimeout, Review
from include.store.store import Store
from operators.pages.addresses import airflow_root, bytes_at, file_at
from operators.review.labelled import labelled
from operators.review.looked_at import File, ReviewContent

MOST_CHARACTERS = 6000
MOST_LISTED = 1000
MOST_WARNINGS = 20
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:/@=\"'$^])")


def plain(text: str) -> str:
    """`text` escaped for Markdown, in one paragraph."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def subject_of(title: str, moment: Moment) -> str:
    """The question."""
    return f"Make “{title}” of this script?" if moment is Moment.AFTER_SCRIPT else f"Publish “{title}”?"


def title_of(store: Store, seen: ReviewContent) -> str:
    """The piece's title, or the brief's id."""
    return _text(store, seen.title, seen) if seen.title else seen.brief


def body_of(store: Store, seen: ReviewContent, review: Review, moment: Moment, run: RunRef) -> str:
    """One brief's content: pictures, links and text, then what each answer does.

    :param run: the task that asks; whoever may see it may open the links.
    """
    posters = [
        file for file in seen.files if file.role is Role.POSTER and file.artifact.media_type.startswith("image/")
    ]
    links = [
        f"- [{plain(file.name)}](<{_address(file_at, run, seen, file)}>), {_size(file.artifact)}" for file in seen.files
    ]
    blocks = [
        f"Brief `{seen.brief}`",
        *(f"![{plain(file.name)}](<{_address(bytes_at, run, seen, file)}>)" for file in posters[:1]),
        "\n".join(links),
        f"### {'Its script' if moment is Moment.AFTER_SCRIPT else 'Its text'}",
        _shortened(_paragraphs(_document(store, seen))),
        _warned(seen.warnings),
        "---",
        answers(moment),
        timeout_told(review, moment),
    ]
    return "\n\n".join(block for block in blocks if block)


def _warned(warnings: Sequence[str]) -> str:
    more = [f"- … and {len(warnings) - MOST_WARNINGS} more (`atelier show`)"] if len(warnings) > MOST_WARNINGS else []
    told = [f"- {plain(warning)}" for warning in warnings[:MOST_WARNINGS]]
    return "\n".join(["**What its stages warn of**\n", *told, *more]) if warnings else ""


def body_of_many(briefs: Sequence[str], run: RunRef, review: Review, moment: Moment) -> str:
    """The ids of many briefs, to be copied into the form's fields."""
    more = f" and {len(briefs) - MOST_LISTED} more" if len(briefs) > MOST_LISTED else ""
    return "\n\n".join(
        (
            f"{len(briefs)} briefs are too many to ask about one by one. Look at what the stages of run "
            f"`{run.run_id}` made, then write the ids of those that should not go on in the fields below, with "
            "spaces or commas between them. All others are approved.",
            timeout_told(review, moment, "they are"),
            " ".join(f"`{brief}`" for brief in briefs[:MOST_LISTED]) + more,
        )
    )


def answers(moment: Moment) -> str:
    """What each answer does."""
    goes_on = "it is made" if moment is Moment.AFTER_SCRIPT else "it is published"
    return (
        f"- **Approve**: {goes_on}.\n- **Reject**: it goes no further.\n- **Remake**: this take goes no further; a new "
        "run makes another one and asks about that. Nothing else waits for it."
    )


def timeout_told(review: Review, moment: Moment, they_are: str = "it is") -> str:
    """What happens if nobody answers."""
    goes_on = "made" if moment is Moment.AFTER_SCRIPT else "published"
    ends = goes_on if review.on_timeout is OnTimeout.PUBLISH else f"not {goes_on}"
    return f"Without an answer within {review.timeout_h:g} hours {they_are} {ends}."


def _address(at: Callable[[RunRef, str, str], str], run: RunRef, seen: ReviewContent, file: File) -> str:
    task = run.model_copy(update={"task_id": file.stage, "map_index": -1})
    return f"{airflow_root()}{at(task, seen.brief, file.artifact.name)}"


def _document(store: Store, seen: ReviewContent) -> Any:
    """A script as its stage wrote it: fields, or plain text.

    :raises CorruptInput: it is not what its media type says.
    """
    text = _text(store, seen.script, seen)
    try:
        return json_in(text) if seen.script.media_type == "application/json" else text
    except ValueError as error:
        raise CorruptInput(f"the script that is looked at is not JSON: {error}; {_made_again(seen)}") from error


def _paragraphs(document: Any) -> list[str]:
    """Each text of a script behind its label, which is not repeated while it stays the same."""
    told, last = [], ""
    for label, text in dict.fromkeys(labelled(document)):
        told.append(plain(text) if label == last else f"**{plain(label)}** {plain(text)}")
        last = label
    return told


def _shortened(paragraphs: Sequence[str]) -> str:
    text = "\n\n".join(paragraphs)
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[:MOST_CHARACTERS].rstrip(chr(92))} …\n\n*(shortened)*"


def _made_again(seen: ReviewContent) -> str:
    return f"clear the task `{seen.written_by}`, which makes it again"


def _text(store: Store, artifact: Artifact, seen: ReviewContent) -> str:
    body = store.blob(artifact.sha256, f"the {artifact.name} that is looked at", seen.written_by)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise CorruptInput(
            f"the {artifact.name} that is looked at is not text: {error}; {_made_again(seen)}"
        ) from error


def _size(artifact: Artifact) -> str:
    return f"{artifact.bytes / 1e6:.1f} MB" if artifact.bytes >= 100_000 else f"{artifact.bytes / 1e3:.1f} kB"
