"""The task that lists what people have to review in a run, and what they decided before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from pydantic import RootModel

from include.contract.content_types import ContentType
from include.contract.decisions import TIMEOUT, Decision, Verdict, piece_digest
from include.contract.deployments import Deployment
from include.contract.manifests import RunRef
from include.contract.parsing import model_in
from include.contract.planning import PlannedItem
from include.contract.values import Sha256, Slug
from include.store.connection import CONNECTIONS
from include.store.store import Store
from include.store.threads import daemon_threads
from operators.decisions import last_decision
from operators.handing_on import hand_on
from operators.review.looked_at import looked_at, shown
from operators.review.points import ReviewPoint
from operators.review.wording import title_of
from operators.store import connected_store
from operators.task import MOST_OF_A_TITLE, run_ref

if TYPE_CHECKING:
    from airflow.sdk import Context

MOST_FORMS = 50
"""The most briefs that are asked about one by one; more are listed in one form together."""
MOST_TOLD = 100


class ReviewListOperator(BaseOperator):
    """Hands on a form for each brief that people have to review, or one for all if there are many.

    Content that a person approved or rejected before is not asked about again, unless this run asked and was cleared.

    :param content_type: what is reviewed.
    :param point: about what.
    :param deployment: where the store is.
    """

    ui_color = "#fdebd0"

    def __init__(self, *, content_type: ContentType, point: ReviewPoint, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.content_type = content_type
        self.point = point
        self.deployment = deployment

    def execute(self, context: Context) -> list[dict[str, str]]:
        """The forms, each with the brief and the digest of its content, or where the list of many is.

        :raises InputLost: a task upstream left nothing, or what it left is gone.
        """
        store = connected_store(self.deployment.store)
        items = looked_at(context, store, self.content_type, self.point)
        for item in items:
            if item.missing:
                self.log.warning("Nobody is asked about `%s`, which is not complete: %s", item.brief, item.missing)
        open_items = self._open(store, context["ti"].run_id, [item for item in items if not item.missing])
        forms = forms_of(store, run_ref(context), open_items, self._title_of(store))
        self.log.info("%d briefs to look at, in %d forms", len(open_items), len(forms))
        return forms

    def _title_of(self, store: Store) -> Callable[[PlannedItem], str]:
        return lambda item: title_of(store, shown(item, self.content_type, self.point))

    def _open(self, store: Store, run_id: str, items: Sequence[PlannedItem]) -> list[PlannedItem]:
        """Those that nobody decided on yet."""

        def last(item: PlannedItem) -> Decision | None:
            return last_decision(store, self.content_type.name, item.brief, piece_digest(item))

        with daemon_threads(CONNECTIONS, "decisions") as threads:
            found = list(threads.map(last, items))
        told = [(item, before) for item, before in zip(items, found, strict=True) if _holds(before, run_id)]
        for item, before in told[:MOST_TOLD]:
            self.log.info("Nobody is asked about `%s`: the same content was %s", item.brief, before and before.told())
        decided = {item.brief for item, _ in told}
        return [item for item in items if item.brief not in decided]


def forms_of(
    store: Store, run: RunRef, items: Sequence[PlannedItem], title_of: Callable[[PlannedItem], str]
) -> list[dict[str, str]]:
    """One form for each brief, named after the piece's title, or one for all of them."""
    digests = {item.brief: piece_digest(item) for item in items}
    if len(digests) <= MOST_FORMS:
        titles = {item.brief: title_of(item)[:MOST_OF_A_TITLE] for item in items}
        often = Counter(titles.values())
        return [
            {
                "brief": brief,
                "content_digest": digest,
                "title": titles[brief] if often[titles[brief]] == 1 else f"{titles[brief]} ({brief})",
            }
            for brief, digest in digests.items()
        ]
    sha256 = hand_on(store, run, "looked_at", json.dumps(digests).encode(), "application/json")
    return [{"briefs": str(len(digests)), "sha256": sha256}]


def read_listed(body: bytes) -> dict[str, str]:
    """Brief to digest of its content, for a form for many.

    :raises CorruptInput: it is not such a list.
    """
    return dict(model_in(_Listed, body, "the list of what is looked at").root)


class _Listed(RootModel[dict[Slug, Sha256]]):
    """What `forms_of` hands on."""


def _holds(before: Decision | None, run_id: str) -> bool:
    """Whether `before` is a person's final word; a run that is cleared asks anew what it has asked itself."""
    if before is None or before.by == TIMEOUT or before.verdict is Verdict.REMADE:
        return False
    return before.run is None or before.run.run_id != run_id
