"""Whether this process may use the store: a fork of one that has used it may not.

obstore's threads do not survive a fork, so a child's requests are never answered, past every timeout. Importing
it and making clients is safe before a fork.
"""

from __future__ import annotations

import os

_first_user: int | None = None
"""The process that made the first request: this one or a parent."""


class ForkedAfterUse(RuntimeError):
    """A process uses the store whose parent had used it before the fork."""


def note_use() -> None:
    """Note that this process is about to use the store.

    :raises ForkedAfterUse: it would wait for ever.
    """
    global _first_user
    if _first_user is None:
        _first_user = os.getpid()
    elif _first_user != os.getpid():
        raise ForkedAfterUse(
            f"process {os.getpid()} cannot use the store: it was forked from process {_first_user}, which had used it "
            "before, and in such a child every request waits for ever. Either the parent must leave the store alone "
            "until it has forked, or the child must be a new interpreter (`spawn`, not `fork`)"
        )
