"""The task that waits for a person's answer, stores it, and starts what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.execution_time.hitl import HITLUser

from include.contract.content_types import ContentType
from include.contract.decisions import TIMEOUT, Decision, Verdict, piece_digest
from include.contract.deployments import Deployment
from include.contract.errors import InputLost, TransientError
from include.contract.messages import legible
from include.contract.review import Moment, OnTimeout, Review
from include.store.store import Store
from operators.briefs.operator import run_entries
from operators.decisions import keep_decision
from operators.handing_on import handed_on
from operators.refusing import told_in_words
from operators.review.answer import MAX_CHARACTERS, ids_in, refuse_unless_none, wrong_fields, wrong_ids
from operators.review.listing import read_listed
from operators.review.looked_at import looked_at, shown, warned
from operators.review.points import ReviewPoint
from operators.review.remake import start_remake
from operators.review.wording import body_of, body_of_many, subject_of, title_of
from operators.store import connected_store
from operators.task import run_ref
from operators.task_ids import LIST

if TYPE_CHECKING:
    from airflow.sdk import Context

APPROVE, REJECT, REMAKE = "Approve", "Reject", "Remake"
APPROVE_REST, REJECT_ALL = "Approve all but those named below", "Reject all"
VERDICTS = {APPROVE: Verdict.APPROVED, REJECT: Verdict.REJECTED, REMAKE: Verdict.REMADE}
_TEXT: dict[str, Any] = {"type": ["null", "string"]}
WHY = {"why": Param(None, **_TEXT, title="Why", description="Kept with the decision.", maxLength=MAX_CHARACTERS)}
IDS = {
    name: Param(None, **_TEXT, title=title, format="multiline", description="Ids of briefs.")
    for name, title in (("reject", "Reject these"), ("remake", "Remake these"))
}


class ReviewOperator(HITLOperator):
    """Asks about one brief, or about all of a run that has many.

    :param content_type: what is reviewed.
    :param point: what is asked about.
    :param deployment: where the store is.
    :param form: from the listing task: a brief and its content's digest, or where the list of many is.
    """

    template_fields = ()
    ui_color = "#fdebd0"

    def __init__(
        self,
        *,
        content_type: ContentType,
        point: ReviewPoint,
        deployment: Deployment,
        form: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        review = _review_of(content_type)
        # A mapped task gets the DAG's here: they are the brief's form and none of this one.
        kwargs.pop("params", None)
        super().__init__(
            subject="Review",
            options=[APPROVE, REJECT, REMAKE],
            params=dict(WHY),
            assigned_users=[HITLUser(id=user, name=user) for user in review.assigned],
            response_timeout=timedelta(hours=review.timeout_h),
            **kwargs,
        )
        self.content_type = content_type
        self.point = point
        self.deployment = deployment
        self.form = form

    def execute(self, context: Context) -> None:
        """Ask.

        :raises InputLost: what was listed is no longer what is there.
        :raises TaskAwaitingInput: it waits without a worker.
        """
        store = connected_store(self.deployment.store)
        self.fit_form()
        if "brief" in self.form:
            self._show_one(context, store)
        else:
            self._show_many(context, store)
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Store the decision, and start the runs that make another take.

        :raises Refused: the answer is not valid: nothing is decided, and nobody is asked again automatically.
        :raises TransientError: the decision cannot be stored now: another try asks again.
        """
        self.fit_form()
        try:
            with told_in_words(self.log):
                return self._followed(context, event)
        except TransientError:
            self.log.error("The answer could not be stored; the next try of this task asks again: answer again")
            raise

    def _followed(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        refuse_unless_none(wrong_fields(event, self.options, self.params))
        answer: Any = super().execute_complete(context, event)
        store = connected_store(self.deployment.store)
        by, at = _who(event), answer["responded_at"]
        option = self._option(answer["chosen_options"])
        decisions = [
            Decision(
                content_type=self.content_type.name,
                brief=brief,
                content_digest=digest,
                verdict=verdict,
                by=by,
                at=at if isinstance(at, datetime) else datetime.fromisoformat(str(at)),
                why=legible((answer["params_input"].get("why") or "").strip()),
                run=run_ref(context),
            )
            for brief, digest, verdict in self._verdicts(store, option, answer["params_input"])
        ]
        self._keep(context, store, decisions)
        told: dict[str, Any] = {verdict.value: sum(d.verdict is verdict for d in decisions) for verdict in Verdict}
        return told | {"by": by, "at": decisions[0].at.isoformat()}

    def fit_form(self) -> None:
        """Set the options and fields that Airflow shows and checks answers against."""
        # Airflow highlights the defaults, and answers with them after the time-out; were they None, it would fail then.
        self.defaults = []
        if "brief" not in self.form:
            self.options = [APPROVE_REST, REJECT_ALL]
            self.params = ParamsDict({**IDS, **WHY})

    def _option(self, chosen: list[str]) -> str:
        """What was chosen; when nobody answered, what the review says to do then."""
        if chosen:
            return chosen[0]
        goes_on, goes_no_further = (APPROVE, REJECT) if "brief" in self.form else (APPROVE_REST, REJECT_ALL)
        return goes_on if _review_of(self.content_type).on_timeout is OnTimeout.PUBLISH else goes_no_further

    def _show_one(self, context: Context, store: Store) -> None:
        brief = self.form["brief"]
        items = [item for item in looked_at(context, store, self.content_type, self.point) if item.brief == brief]
        if not items or items[0].missing or piece_digest(items[0]) != self.form["content_digest"]:
            raise InputLost(f"what was listed of `{brief}` is no longer there; clear the task that lists it")
        warnings = warned(context, store, self.content_type, self.point, brief)
        seen = replace(shown(items[0], self.content_type, self.point), warnings=warnings)
        review = _review_of(self.content_type)
        self.subject = subject_of(title_of(store, seen), self.point.moment)
        self.body = body_of(store, seen, review, self.point.moment, run_ref(context))

    def _show_many(self, context: Context, store: Store) -> None:
        review = _review_of(self.content_type)
        goes_on = "Make" if self.point.moment is Moment.AFTER_SCRIPT else "Publish"
        self.subject = f"{goes_on} {self.form['briefs']} pieces?"
        self.body = body_of_many(list(self._listed(store)), run_ref(context), review, self.point.moment)

    def _verdicts(self, store: Store, option: str, fields: Mapping[str, Any]) -> list[tuple[str, str, Verdict]]:
        """(brief, digest of its content, verdict) of all that was asked about."""
        if "brief" in self.form:
            return [(self.form["brief"], self.form["content_digest"], VERDICTS[option])]
        listed = self._listed(store)
        if option == REJECT_ALL:
            return [(brief, digest, Verdict.REJECTED) for brief, digest in listed.items()]
        named = {name: ids_in(fields.get(name)) for name in IDS}
        refuse_unless_none(wrong_ids(named, listed))
        own = {brief: Verdict.REMADE for brief in named["remake"]} | {b: Verdict.REJECTED for b in named["reject"]}
        return [(brief, digest, own.get(brief, Verdict.APPROVED)) for brief, digest in listed.items()]

    def _listed(self, store: Store) -> dict[str, str]:
        """Brief to digest of its content."""
        return handed_on(store, self.form, self.point.task(LIST), read_listed)

    def _keep(self, context: Context, store: Store, decisions: list[Decision]) -> None:
        entries = {}
        if any(decision.verdict is Verdict.REMADE for decision in decisions):
            found = run_entries(context, store)
            entries = {entry.brief.id: entry for entry in found.entries}
        for decision in decisions:
            self.log.info("`%s` was %s: %s", decision.brief, decision.told(), keep_decision(store, decision))
            if decision.verdict is Verdict.REMADE:
                entry = entries[decision.brief]
                title = self.form.get("title", entry.brief.title)
                run_id = start_remake(context, self.content_type, entry, decision.content_digest, title)
                self.log.info("Another take of `%s` is made by run `%s`", decision.brief, run_id)


def _review_of(content_type: ContentType) -> Review:
    if content_type.review is None:
        raise AssertionError(f"`{content_type.name}` has no review, so nothing asks about it")
    return content_type.review


def _who(event: Mapping[str, Any]) -> str:
    user: Any = event.get("responded_by_user")
    if event.get("timedout") or user is None:
        return TIMEOUT
    return str(user["name"] if isinstance(user, Mapping) else user.name)
