from __future__ import annotations

import pytest

from include.chat.system_role import as_the_template_takes, without_system
from include.chat.templates import Chat, ChatRefused

SYSTEM = {"role": "system", "content": "Be brief. "}
CHAT = [
    SYSTEM,
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b"},
    {"role": "user", "content": "c"},
]
MERGED = [{"role": "user", "content": "Be brief. \n\na"}, *CHAT[2:]]


def whole(chat: Chat) -> str:
    return "|".join(f"{each['role']}:{each['content'].strip()}" for each in chat)


def deaf(chat: Chat) -> str:
    return whole([each for each in chat if each["role"] != "system"])


def strict(chat: Chat) -> str:
    if any(each["role"] == "system" for each in chat):
        raise ChatRefused("no system role")
    return whole(chat)


def never(chat: Chat) -> str:
    raise ChatRefused(f"{len(chat)} messages are none of mine")


def test_what_the_system_says_stands_before_the_first_users_words() -> None:
    assert without_system(CHAT) == MERGED
    assert without_system(CHAT[1:]) == CHAT[1:]
    assert without_system([SYSTEM]) == []


def test_a_template_with_a_system_role_gets_the_chat_as_it_is() -> None:
    assert as_the_template_takes(CHAT, whole) == whole(CHAT)


@pytest.mark.parametrize("template", [deaf, strict])
def test_one_that_refuses_or_ignores_the_system_gets_its_words_elsewhere(template: object) -> None:
    assert as_the_template_takes(CHAT, template) == whole(MERGED)  # type: ignore[arg-type]


def test_one_that_takes_neither_form_says_why() -> None:
    with pytest.raises(ChatRefused, match="3 messages are none of mine"):
        as_the_template_takes(CHAT, never)
    with pytest.raises(ChatRefused, match="3 messages are none of mine"):
        as_the_template_takes(CHAT[1:], never)
