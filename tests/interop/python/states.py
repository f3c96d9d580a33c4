"""Saves and loads the state of any component that has one."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.base import ChatAgent, Team
from autogen_core.model_context import ChatCompletionContext
from autogen_core.tools import BaseTool, Workbench

STATEFUL = (ChatAgent, Team, ChatCompletionContext, Workbench)


async def save(component: Any) -> dict[str, Any]:
    """The state as plain JSON data."""
    if isinstance(component, BaseTool):
        return dict(await component.save_state_json())
    if isinstance(component, STATEFUL):
        return dict(await component.save_state())
    raise TypeError(f"{type(component).__name__} has no state")


async def restore(component: Any, state: dict[str, Any]) -> None:
    """Puts a saved state into a component."""
    if isinstance(component, BaseTool):
        await component.load_state_json(state)
    elif isinstance(component, STATEFUL):
        await component.load_state(state)
    else:
        raise TypeError(f"{type(component).__name__} has no state")
