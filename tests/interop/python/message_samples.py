"""One or more samples of every AgentChat message and event, and of the LLM messages and results of core."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import autogen_agentchat.messages as m
from autogen_core import FunctionCall, Image
from autogen_core.code_executor import CodeBlock, CodeResult
from autogen_core.memory import MemoryContent, MemoryMimeType
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionTokenLogprob,
    CreateResult,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    RequestUsage,
    SystemMessage,
    TopLogprob,
    UserMessage,
)
from autogen_core.tools import ImageResultContent, TextResultContent, ToolResult
from pydantic import BaseModel

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
TEXT = "Grüße, 世界 👋🏽\n\"quoted\" \\ \u2028 \u0000 end"


class Point(BaseModel):
    x: int
    y: float


class Shape(BaseModel):
    label: str
    closed: bool
    points: list[Point]
    parent: str | None = None


def image() -> Image:
    return Image.from_base64(PIXEL)


def when(microseconds: int, hours: int = 0) -> datetime:
    """A moment with these microseconds, given at an offset of so many hours from UTC."""
    return datetime(2023, 12, 25, 10, 30, 45, microseconds, tzinfo=timezone(timedelta(hours=hours)))


def full(id: str) -> dict[str, Any]:
    """Every optional field of a message."""
    usage = RequestUsage(prompt_tokens=12, completion_tokens=34)
    metadata = {"schlüssel": "wert", "n": "1"}
    return {"id": id, "models_usage": usage, "metadata": metadata, "created_at": when(123456)}


def calls() -> list[FunctionCall]:
    return [FunctionCall(id="c1", name="add", arguments='{"a": 1}'), FunctionCall(id="ü", name="it's", arguments="")]


def results() -> list[FunctionExecutionResult]:
    return [
        FunctionExecutionResult(content="3", name="add", call_id="c1", is_error=False),
        FunctionExecutionResult(content="it's \"bad\"", name="it's", call_id="ü", is_error=True),
        FunctionExecutionResult(content="", name="", call_id=""),
    ]


def llm_messages() -> list[Any]:
    return [
        SystemMessage(content=TEXT),
        UserMessage(content=TEXT, source="user"),
        UserMessage(content=["see", image(), TEXT], source="user"),
        AssistantMessage(content=TEXT, source="a"),
        AssistantMessage(content=TEXT, source="a", thought="because"),
        AssistantMessage(content=calls(), source="a", thought=""),
        AssistantMessage(content=[], source="a"),
        FunctionExecutionResultMessage(content=results()),
        FunctionExecutionResultMessage(content=[]),
    ]


def chat_messages() -> list[m.BaseChatMessage]:
    shape = Shape(label="a\"ü", closed=True, points=[Point(x=1, y=0.5), Point(x=-2, y=1.0)])
    return [
        m.TextMessage(content=TEXT, source="user", **full("text-full")),
        m.TextMessage(content="", source="", id="text-null", created_at=when(0)),
        m.TextMessage(content="other zone", source="user", id="text-zone", created_at=when(1, hours=2)),
        m.TextMessage(content="milliseconds", source="user", id="text-milliseconds", created_at=when(120000)),
        m.StopMessage(content="end", source="a", **full("stop-full")),
        m.HandoffMessage(content="yours", target="b", source="a", context=llm_messages(), **full("handoff-full")),
        m.HandoffMessage(content="yours", target="b", source="a", id="handoff-null", created_at=when(7)),
        m.ToolCallSummaryMessage(
            content="3", source="a", tool_calls=calls(), results=results(), **full("summary-full")
        ),
        m.ToolCallSummaryMessage(
            content="", source="a", tool_calls=[], results=[], id="summary-null", created_at=when(7)
        ),
        m.MultiModalMessage(content=["a", "b", image(), "c"], source="user", **full("multi-modal-full")),
        m.MultiModalMessage(content=[], source="user", id="multi-modal-empty", created_at=when(7)),
        m.StructuredMessage[Shape](
            content=shape, source="a", format_string="{label}: {closed} {points} {parent}", **full("structured-full")
        ),
        m.StructuredMessage[Shape](content=shape, source="a", id="structured-null", created_at=when(7)),
    ]


def events() -> list[m.BaseAgentEvent]:
    memories = [
        MemoryContent(content=TEXT, mime_type=MemoryMimeType.TEXT, metadata={"k": [1, None]}),
        MemoryContent(content={"a": 1}, mime_type=MemoryMimeType.JSON),
        MemoryContent(content="x", mime_type="application/x-own"),
    ]
    blocks = [CodeBlock(code="echo ü\n", language="sh")]
    moment: dict[str, Any] = {"created_at": when(7)}
    return [
        m.ToolCallRequestEvent(content=calls(), source="a", **full("request-full")),
        m.ToolCallRequestEvent(content=[], source="a", id="request-null", **moment),
        m.ToolCallExecutionEvent(content=results(), source="a", **full("execution-full")),
        m.CodeGenerationEvent(
            retry_attempt=1, content=TEXT, code_blocks=blocks, source="a", **full("code-generation-full")
        ),
        m.CodeGenerationEvent(
            retry_attempt=0, content="", code_blocks=[], source="a", id="code-generation-null", **moment
        ),
        m.CodeExecutionEvent(
            retry_attempt=0, result=CodeResult(exit_code=1, output=TEXT), source="a", **full("code-execution-full")
        ),
        m.UserInputRequestedEvent(request_id="r1", source="human", **full("input-full")),
        m.MemoryQueryEvent(content=memories, source="a", **full("memory-full")),
        m.ModelClientStreamingChunkEvent(content="ch", source="a", full_message_id="m1", **full("chunk-full")),
        m.ModelClientStreamingChunkEvent(content="", source="a", id="chunk-null", **moment),
        m.ThoughtEvent(content=TEXT, source="a", **full("thought-full")),
        m.SelectSpeakerEvent(content=["a", "it's b"], source="manager", **full("select-full")),
        m.SelectorEvent(content=TEXT, source="manager", **full("selector-full")),
    ]


def results_of_core() -> list[BaseModel]:
    usage = RequestUsage(prompt_tokens=1, completion_tokens=2)
    top = [TopLogprob(logprob=-0.25, bytes=[195, 188]), TopLogprob(logprob=-3)]
    token = ChatCompletionTokenLogprob(token="ü", logprob=-0.25, top_logprobs=top, bytes=[195, 188])
    return [
        CreateResult(finish_reason="stop", content=TEXT, usage=usage, cached=False),
        CreateResult(
            finish_reason="function_calls", content=calls(), usage=usage, cached=True, thought="why", logprobs=[token]
        ),
        *[
            CreateResult(finish_reason=reason, content="", usage=usage, cached=False)
            for reason in ("length", "content_filter", "unknown")
        ],
        ToolResult(name="add", result=[TextResultContent(content=TEXT)]),
        ToolResult(
            name="draw", result=[TextResultContent(content="a"), ImageResultContent(content=image())], is_error=True
        ),
        ToolResult(name="none", result=[]),
    ]


def dataclasses_of_core() -> list[Any]:
    return [
        RequestUsage(prompt_tokens=0, completion_tokens=0),
        FunctionCall(id="c1", name="add", arguments="{}"),
        CodeBlock(code="print(1)\n", language="python"),
        CodeResult(exit_code=0, output=""),
        TopLogprob(logprob=-1.5, bytes=None),
    ]
