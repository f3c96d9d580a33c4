"""The tools that both languages have, by name."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, AsyncGenerator

from autogen_agentchat.messages import ModelClientStreamingChunkEvent, TextMessage
from autogen_core import CancellationToken
from autogen_core.tools import BaseStreamTool, BaseTool, FunctionTool
from pydantic import BaseModel, Field

Tool = BaseTool[Any, Any]


def add(a: Annotated[int, "First number"], b: Annotated[int, "Second number"]) -> str:
    return str(a + b)


def upper(text: Annotated[str, "Text to change"]) -> str:
    return text.upper()


def fail(reason: Annotated[str, "What to fail with"]) -> str:
    raise ValueError(reason)


def ping() -> str:
    return "pong"


def lookup(key: Annotated[str, "What to look up"], limit: Annotated[int, "How many"] = 3) -> str:
    return f"{key}:{limit}"


def make_record(name: Annotated[str, "Name"], count: Annotated[int, "Count"]) -> dict[str, Any]:
    return {"name": name, "count": count, "ok": True, "tags": ["x", None], "nested": {"half": 0.5}}


class Rendezvous:
    """Two tools that wait for each other: they answer only if both calls run at the same time."""

    def __init__(self) -> None:
        self._left = asyncio.Event()
        self._right = asyncio.Event()

    async def meet_left(self) -> str:
        self._left.set()
        await self._right.wait()
        return "left met right"

    async def meet_right(self) -> str:
        self._right.set()
        await self._left.wait()
        return "right met left"


class NarrateArgs(BaseModel):
    steps: int = Field(description="How many steps")


class Narrate(BaseStreamTool[NarrateArgs, Any, str]):  # type: ignore[type-var]
    """Emits a TextMessage a step (source `narrator`, text `step 1`, …), then answers `narrated N`."""

    def __init__(self) -> None:
        super().__init__(NarrateArgs, str, "narrate", "Narrates some steps.")

    async def run(self, args: NarrateArgs, cancellation_token: CancellationToken) -> str:
        return f"narrated {args.steps}"

    async def run_stream(self, args: NarrateArgs, cancellation_token: CancellationToken) -> AsyncGenerator[Any, None]:
        for step in range(1, args.steps + 1):
            yield TextMessage(content=f"step {step}", source="narrator")
        yield f"narrated {args.steps}"


class Chatter(BaseStreamTool[NarrateArgs, Any, str]):  # type: ignore[type-var]
    """Emits a streaming chunk a step (source `narrator`), then answers `chattered N`."""

    def __init__(self) -> None:
        super().__init__(NarrateArgs, str, "chatter", "Streams some chunks.")

    async def run(self, args: NarrateArgs, cancellation_token: CancellationToken) -> str:
        return f"chattered {args.steps}"

    async def run_stream(self, args: NarrateArgs, cancellation_token: CancellationToken) -> AsyncGenerator[Any, None]:
        for step in range(1, args.steps + 1):
            yield ModelClientStreamingChunkEvent(content=f"chunk {step}", source="narrator")
        yield f"chattered {args.steps}"


def make_tools(rendezvous: Rendezvous) -> dict[str, Tool]:
    """Every tool; the two that meet belong to one scenario."""
    functions: list[tuple[Any, str]] = [
        (add, "Adds two integers."),
        (upper, "Puts a text in capitals."),
        (fail, "Always fails."),
        (ping, "Answers pong."),
        (lookup, "Looks something up."),
        (make_record, "Makes a record."),
        (rendezvous.meet_left, "Waits for meet_right."),
        (rendezvous.meet_right, "Waits for meet_left."),
    ]
    tools: list[Tool] = [FunctionTool(function, description) for function, description in functions]
    return {tool.name: tool for tool in [*tools, Narrate(), Chatter()]}
