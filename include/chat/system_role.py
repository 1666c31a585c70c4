"""Models without a system role: what the system says stands in front of the first user's message."""

from __future__ import annotations

from collections.abc import Callable

from include.chat.templates import Chat, ChatRefused

SYSTEM, USER = "system", "user"


def without_system(chat: Chat) -> list[dict[str, str]]:
    """`chat` with the words of its system messages in front of the first user's message."""
    system = [each["content"] for each in chat if each["role"] == SYSTEM]
    said = [dict(each) for each in chat if each["role"] != SYSTEM]
    first = next((each for each in said if each["role"] == USER), None)
    if first is not None:
        first["content"] = "\n\n".join([*system, first["content"]])
    return said


def as_the_template_takes(chat: Chat, templated: Callable[[Chat], str]) -> str:
    """`chat` by a template, in the form without a system role if it has none.

    :raises ChatRefused: it takes the chat in neither form.
    """
    system = [each["content"].strip() for each in chat if each["role"] == SYSTEM]
    try:
        text = templated(chat)
    except ChatRefused:
        if not system:
            raise
        text = ""
    # Some templates refuse a system message, and others ignore it.
    if text and all(each in text for each in system):
        return text
    return templated(without_system(chat))
