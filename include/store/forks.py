"""Whether this process may ask the store: not in a fork of one that has asked it.

obstore's threads do not survive a fork, and whatever a child asks then is never answered, past every timeout. Importing
it and making clients is safe, so whoever forks may do both.
"""

from __future__ import annotations

import os

_first_user: int | None = None
"""Process that has made the first request, here or in a parent."""


class ForkedAfterUse(RuntimeError):
    """A process asks the store whose parent has asked it before it forked."""


def note_use() -> None:
    """This process is about to ask the store.

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
