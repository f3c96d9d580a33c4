"""The content types of structured messages."""

from __future__ import annotations

from typing import Any

import autogen_agentchat.messages as m
from pydantic import BaseModel


class Answer(BaseModel):
    thoughts: str
    answer: int


class Point(BaseModel):
    x: int
    y: int


class Report(BaseModel):
    title: str
    done: bool
    points: list[Point]
    note: str | None = None


CONTENT_TYPES: dict[str, type[BaseModel]] = {type.__name__: type for type in (Answer, Report)}


def structured_class(tag: str) -> type[Any]:
    """The message class of a tag such as `StructuredMessage[Answer]`."""
    content_type: Any = CONTENT_TYPES[tag.removeprefix("StructuredMessage[").removesuffix("]")]
    message_class: type[Any] = m.StructuredMessage[content_type]
    return message_class
