"""The first task of every run: a brief, checked and complete, before any stage starts (I4, I5, I9)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.bases.xcom import BaseXCom
from pydantic import ValidationError

from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, InputLost
from include.contract.keys import blob_key
from operators.music import read_music
from operators.store import Store

if TYPE_CHECKING:
    from airflow.sdk import Context
    from pydantic_core import ErrorDetails

BRIEF_TASK = "brief"


@dataclass(frozen=True)
class Entry:
    """A checked brief and its files, as the stages read them."""

    brief: Brief
    files: tuple[Artifact, ...]


class BriefOperator(BaseOperator):
    """Checks the run's conf as a brief, resolves what it refers to, and keeps both in the store.

    :param defaults: the content type's defaults of the brief's fields.
    :param deployment: where the store is, and which files a brief may name.
    """

    ui_color = "#f4ead5"

    def __init__(self, *, defaults: Mapping[str, Any], deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(do_xcom_push=False, **kwargs)
        self.defaults = defaults
        self.deployment = deployment

    def execute(self, context: Context) -> None:
        """Push the brief's id, the digest of its resolved form, and its files.

        :raises BadRequest: one line per mistake: field, what was found, what is allowed.
        """
        brief = brief_of(context["dag_run"].conf or {}, self.defaults)
        store = Store.connect(self.deployment.store)
        files = []
        if isinstance(brief.music, str):
            artifact, body = read_music(brief.music, self.deployment, store)
            store.put_blob(artifact, body)
            files.append(artifact)
            brief = brief.model_copy(update={"music": True})
        body = brief.model_dump_json().encode()
        resolved = artifact_of("brief", body, "application/json")
        store.put_blob(resolved, body)
        self.log.info("Brief `%s`: %s", brief.id, store.domain.uri(blob_key(resolved.sha256)))
        value = {"brief": brief.id, "sha256": resolved.sha256, "files": [file.model_dump() for file in files]}
        context["ti"].xcom_push(key=BaseXCom.XCOM_RETURN_KEY, value=value)


def brief_of(conf: Mapping[str, Any], defaults: Mapping[str, Any]) -> Brief:
    """The brief that `conf` describes; what it leaves out or null comes from `defaults`.

    :raises BadRequest: one line per mistake: field, what was found, what is allowed.
    """
    given = {name: value for name, value in conf.items() if value is not None}
    merged = {**defaults, **given}
    script = given.get("script")
    if isinstance(script, Mapping) and script.get("scenes") and merged.get("scenes") == defaults.get("scenes"):
        # The form always sends the number that it shows; a script's own scenes outdo it.
        merged.pop("scenes", None)
    try:
        return Brief.model_validate(merged)
    except ValidationError as error:
        rows = dict.fromkeys(_mistake(detail) for detail in error.errors())
        raise BadRequest("the brief is refused, nothing was started:\n" + "\n".join(rows)) from error


def read_entry(found: Any, store: Store) -> Entry:
    """What the first task left in XCom and in the store.

    :raises InputLost: it is gone.
    """
    if not isinstance(found, Mapping) or not {"sha256", "files"} <= set(found):
        raise InputLost(f"task `{BRIEF_TASK}` left no brief in XCom (found {found!r:.80}); clear that task")
    body = store.blob(str(found["sha256"]), f"the brief that task `{BRIEF_TASK}` resolved")
    return Entry(Brief.model_validate_json(body), tuple(Artifact.model_validate(file) for file in found["files"]))


def _mistake(detail: ErrorDetails) -> str:
    """One line: field, what is wrong, what was found."""
    name = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return _unknown_field(name, [str(part) for part in detail["loc"]])
    message = detail["msg"].removeprefix("Value error, ")
    return f"- {name}: {message} (found {detail['input']!r:.80})" if name else f"- {message}"


def _unknown_field(name: str, path: list[str]) -> str:
    if len(path) > 1:
        return f"- {name}: is not a field of a brief's `{path[0]}`; remove it"
    near = difflib.get_close_matches(name, list(Brief.model_fields), n=1)
    guess = f"; did you mean `{near[0]}`?" if near else ""
    return f"- {name}: is not a field of a brief{guess} Allowed: {', '.join(Brief.model_fields)}"
