"""Replay clients: the models of every component that runs without a network."""

from __future__ import annotations

from autogen_core import FunctionCall
from autogen_core.models import CreateResult, ModelInfo, RequestUsage
from autogen_ext.models.replay import ReplayChatCompletionClient


def model_info(family: str = "unknown", vision: bool = False) -> ModelInfo:
    return ModelInfo(
        vision=vision,
        function_calling=True,
        json_output=True,
        family=family,
        structured_output=True,
        multiple_system_messages=True,
    )


def replay(*answers: str | CreateResult, family: str = "unknown") -> ReplayChatCompletionClient:
    """A client that gives these answers, one a call."""
    return ReplayChatCompletionClient(list(answers), model_info(family))


def result(content: str | list[FunctionCall], thought: str | None = None) -> CreateResult:
    """A whole answer, with usage and perhaps a thought."""
    return CreateResult(
        finish_reason="stop" if isinstance(content, str) else "function_calls",
        content=content,
        usage=RequestUsage(prompt_tokens=12, completion_tokens=7),
        cached=False,
        thought=thought,
    )


def call(id: str, name: str, arguments: str) -> FunctionCall:
    return FunctionCall(id=id, name=name, arguments=arguments)
