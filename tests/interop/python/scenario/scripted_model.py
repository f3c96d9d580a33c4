"""A model client that answers from a script and writes down what it was asked."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncGenerator, Mapping, Sequence

from autogen_core import CancellationToken, FunctionCall
from autogen_core.models import (
    ChatCompletionClient,
    CreateResult,
    LLMMessage,
    ModelInfo,
    RequestUsage,
)
from pydantic import BaseModel

from .hold import Hold
from .scripted_error import make_error

Json = dict[str, Any]
DEFAULT_INFO: ModelInfo = {
    "vision": False,
    "function_calling": True,
    "json_output": True,
    "family": "unknown",
    "structured_output": True,
    "multiple_system_messages": True,
}
TOKENS_PER_MESSAGE = 10
CONTEXT_SIZE = 100


class ScriptedModel(ChatCompletionClient):
    """Each call, streamed or not, takes the next entry of the script."""

    component_type = "model"

    def __init__(self, script: list[Json], model_info: Json | None = None) -> None:
        self._script = script
        self._info = ModelInfo(**{**DEFAULT_INFO, **(model_info or {})})  # type: ignore[typeddict-item]
        self._total = RequestUsage(prompt_tokens=0, completion_tokens=0)
        self.calls: list[Json] = []
        self.waiting = asyncio.Event()
        self.hold = Hold()

    async def create(self, messages: Sequence[LLMMessage], **options: Any) -> CreateResult:
        entry = self._next(messages, False, options)
        return await self._finish(entry, options)

    async def create_stream(
        self, messages: Sequence[LLMMessage], **options: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        entry = self._next(messages, True, options)
        content = entry.get("content")
        for chunk in entry.get("chunks", [content] if isinstance(content, str) else []):
            yield chunk
        yield await self._finish(entry, options)

    def _next(self, messages: Sequence[LLMMessage], stream: bool, options: Mapping[str, Any]) -> Json:
        """Writes the call down, then takes the next entry."""
        self.calls.append(
            {
                "stream": stream,
                "messages": [message.model_dump(mode="json") for message in messages],
                "tools": [tool["name"] if isinstance(tool, dict) else tool.name for tool in options.get("tools", [])],
                "tool_choice": options.get("tool_choice", "auto"),
                "json_output": name_of(options.get("json_output")),
            }
        )
        if len(self.calls) > len(self._script):
            raise RuntimeError("The script has no further answer")
        return self._script[len(self.calls) - 1]

    async def _finish(self, entry: Json, options: Mapping[str, Any]) -> CreateResult:
        """The entry's end: a result, an error, or a wait that only cancelling ends."""
        if entry.get("wait"):
            await self._wait(options.get("cancellation_token"))
        if entry.get("hold"):
            await self.hold.stop_here()
        if "error" in entry:
            raise make_error(entry["error"])
        content: Any = entry["content"]
        calls = not isinstance(content, str)
        usage = RequestUsage(**entry.get("usage", {"prompt_tokens": 10, "completion_tokens": 5}))
        self._total.prompt_tokens += usage.prompt_tokens
        self._total.completion_tokens += usage.completion_tokens
        return CreateResult(
            finish_reason="function_calls" if calls else "stop",
            content=[FunctionCall(**call) for call in content] if calls else content,
            usage=usage,
            cached=False,
            thought=entry.get("thought"),
        )

    async def _wait(self, token: CancellationToken | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if token is not None:
            token.link_future(future)
        self.waiting.set()
        await future

    async def close(self) -> None:
        pass

    def actual_usage(self) -> RequestUsage:
        return self._total

    def total_usage(self) -> RequestUsage:
        return self._total

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Any] = []) -> int:
        return TOKENS_PER_MESSAGE * len(messages)

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Any] = []) -> int:
        return CONTEXT_SIZE - self.count_tokens(messages)

    @property
    def capabilities(self) -> Any:
        return self._info

    @property
    def model_info(self) -> ModelInfo:
        return self._info


def name_of(json_output: bool | type[BaseModel] | None) -> bool | str | None:
    """Structured output by the name of its type."""
    return json_output.__name__ if isinstance(json_output, type) else json_output
