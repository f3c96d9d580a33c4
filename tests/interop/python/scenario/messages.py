"""Messages of a scenario: wire form without the keys that vary."""

from __future__ import annotations

from typing import Any

import autogen_agentchat.messages as m

from .content_types import structured_class

Json = dict[str, Any]


def message_class(type: str) -> type[Any]:
    return structured_class(type) if type.startswith("StructuredMessage[") else getattr(m, type)


def make_message(data: Json, source: str) -> Any:
    """A message or event; `source` is used where the data names none."""
    return message_class(data["type"]).load({"source": source, **data})


def make_chat_message(data: Json, source: str) -> m.BaseChatMessage:
    message = make_message(data, source)
    assert isinstance(message, m.BaseChatMessage), data
    return message


def make_task(task: Any) -> Any:
    """A task: none, a text, a message, or a list of messages; source `user` unless it says otherwise."""
    if isinstance(task, list):
        return [make_chat_message(message, "user") for message in task]
    return make_chat_message(task, "user") if isinstance(task, dict) else task
