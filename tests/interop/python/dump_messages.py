"""Writes fixtures/messages.json: every message, event and result as Python writes it. `--check` compares."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
from dataclasses import asdict, is_dataclass
from typing import Any

import autogen_agentchat.messages as m
from autogen_core.models import LLMMessage
from pydantic import TypeAdapter, ValidationError

import message_samples as samples
from golden import Golden
from loading import describe

LLM: TypeAdapter[Any] = TypeAdapter(LLMMessage)
PARTIAL: list[dict[str, Any]] = [
    {"type": "TextMessage", "content": "only what is needed", "source": "user"},
    {"content": "no type", "source": "user"},
    {"type": "TextMessage", "content": "an unknown key", "source": "user", "colour": "red"},
    {"type": "TextMessage", "content": "other offset", "source": "u", "created_at": "2023-12-25T10:30:45.5+02:00"},
    {"type": "TextMessage", "content": "a number as time", "source": "u", "created_at": 1703500245.25},
    {"type": "StopMessage", "content": "wrong tag", "source": "user"},
    {"type": "TextMessage", "content": "no source"},
    {"type": "TextMessage", "source": "no content"},
    {"type": "TextMessage", "content": 5, "source": "a number as text"},
    {"type": "TextMessage", "content": "metadata that is no text", "source": "u", "metadata": {"a": 1}},
    {"type": "TextMessage", "content": "usage without a key", "source": "u", "models_usage": {"prompt_tokens": 1}},
]


def chat_message(message: m.BaseChatMessage) -> dict[str, Any]:
    """A chat message with the three texts made of it. (`to_text` of events is in `events`.)"""
    return {
        "dump": message.dump(),
        "to_text": message.to_text(),
        "to_model_text": message.to_model_text(),
        "to_model_message": message.to_model_message().model_dump(mode="json"),
    }


def llm_message(message: Any) -> dict[str, Any]:
    data: dict[str, Any] = message.model_dump(mode="json")
    assert LLM.validate_python(data).model_dump(mode="json") == data
    return data


def result(value: Any) -> dict[str, Any]:
    """A result's class and JSON."""
    data = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value.model_dump(mode="json")
    return {"class": type(value).__name__, "dump": data}


def partial(data: dict[str, Any]) -> dict[str, Any]:
    """What `TextMessage.load` makes of data with missing or surplus keys, defaults that vary left out."""
    try:
        loaded = m.TextMessage.load(data).dump()
    except ValidationError as error:
        return {"data": data, "error": describe(error)}
    kept = {key: value for key, value in loaded.items() if key in data or key not in ("id", "created_at")}
    return {"data": data, "dump": kept}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    golden = Golden(arguments.parse_args().check)
    data = {
        "chat_messages": {message.id: chat_message(message) for message in samples.chat_messages()},
        "events": {event.id: {"dump": dict(event.dump()), "to_text": event.to_text()} for event in samples.events()},
        "llm_messages": [llm_message(message) for message in samples.llm_messages()],
        "results": [result(value) for value in samples.results_of_core() + samples.dataclasses_of_core()],
        "partial_text_messages": [partial(data) for data in PARTIAL],
    }
    golden.add("fixtures/messages.json", data)
    return golden.finish(["fixtures/messages.json"])


raise SystemExit(main())
