"""Runs an agent or a team once and writes down what came out."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.base import TaskResult, TaskRunner

from loading import describe
from traces import Message, trace


async def run_once(runner: TaskRunner, task: str) -> dict[str, Any]:
    """The streamed items, and the stop reason or the error."""
    items: list[Message] = []
    end: dict[str, Any] = {}
    try:
        async for item in runner.run_stream(task=task):
            if isinstance(item, TaskResult):
                end = {"stop_reason": item.stop_reason}
            else:
                items.append(item)
    except Exception as error:
        end = {"error": describe(error)}
    return {"items": trace(items), **end}
