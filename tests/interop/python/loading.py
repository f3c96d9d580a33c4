"""Loads any component the way an application would: by its base class."""

from __future__ import annotations

from typing import Any

import remember_sources  # noqa: F401  (lets loaded function tools be dumped)
from autogen_agentchat.base import ChatAgent, Team, TerminationCondition
from autogen_agentchat.messages import StructuredMessageFactory
from autogen_core import CacheStore, ComponentLoader
from autogen_core.code_executor import CodeExecutor
from autogen_core.memory import Memory
from autogen_core.model_context import ChatCompletionContext
from autogen_core.models import ChatCompletionClient
from autogen_core.tools import BaseTool, Workbench

BASES: dict[str, type[Any]] = {
    "agent": ChatAgent,
    "team": Team,
    "termination": TerminationCondition,
    "model": ChatCompletionClient,
    "replay_chat_completion_client": ChatCompletionClient,
    "chat_completion_context": ChatCompletionContext,
    "memory": Memory,
    "workbench": Workbench,
    "tool": BaseTool,
    "code_executor": CodeExecutor,
    "structured_message": StructuredMessageFactory,
    "cache_store": CacheStore,
    "chat_completion_cache": ChatCompletionClient,
}
"""The class that a component of each `component_type` must be an instance of."""


def load(component: dict[str, Any]) -> Any:
    """The object that Python AutoGen makes of a component's JSON."""
    return ComponentLoader.load_component(component, BASES[component["component_type"]])


def dump(component: Any) -> dict[str, Any]:
    """A component's JSON: secrets masked, as in a file that an application wrote."""
    data: dict[str, Any] = component.dump_component().model_dump(mode="json")
    return data


def reload(component: dict[str, Any]) -> dict[str, Any]:
    """Loads and dumps again; a component that Python refuses gives `{"error": {class, message}}`."""
    try:
        return dump(load(component))
    except Exception as error:
        return {"error": describe(error)}


def describe(error: BaseException) -> dict[str, str]:
    """An error as data: its class and the first line of its message."""
    return {"class": type(error).__name__, "message": str(error).partition("\n")[0]}
