"""Model contexts and memory."""

from __future__ import annotations

from autogen_core import FunctionCall
from autogen_core.memory import ListMemory, MemoryContent, MemoryMimeType
from autogen_core.model_context import (
    BufferedChatCompletionContext,
    HeadAndTailChatCompletionContext,
    TokenLimitedChatCompletionContext,
    UnboundedChatCompletionContext,
)
from autogen_core.models import (
    AssistantMessage,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    SystemMessage,
    UserMessage,
)

from .entry import Entry
from .replay import replay
from .tools import add_tool


def initial() -> list[LLMMessage]:
    """One message of every kind."""
    return [
        SystemMessage(content="Be brief."),
        UserMessage(content="Grüß dich 👋", source="user"),
        AssistantMessage(
            content=[FunctionCall(id="1", name="add", arguments='{"a": 1, "b": 2}')], source="helper", thought="sum"
        ),
        FunctionExecutionResultMessage(
            content=[FunctionExecutionResult(content="3", name="add", call_id="1", is_error=False)]
        ),
        AssistantMessage(content="3", source="helper"),
    ]


def token_limited() -> TokenLimitedChatCompletionContext:
    return TokenLimitedChatCompletionContext(
        replay("unused"), token_limit=25, tool_schema=[add_tool().schema], initial_messages=initial()[:2]
    )


def memory() -> ListMemory:
    contents = [
        MemoryContent(content="The user lives in Zürich.", mime_type=MemoryMimeType.TEXT),
        MemoryContent(content="# Notes", mime_type=MemoryMimeType.MARKDOWN, metadata={"page": 3, "tags": ["a", None]}),
        MemoryContent(content={"unit": "metric"}, mime_type=MemoryMimeType.JSON),
        MemoryContent(content="raw", mime_type="application/x-own"),
    ]
    return ListMemory(name="facts", memory_contents=contents)


ENTRIES = {
    "context-unbounded": Entry(UnboundedChatCompletionContext, "defaults"),
    "context-unbounded-initial": Entry(lambda: UnboundedChatCompletionContext(initial()), "a message of every kind"),
    "context-buffered": Entry(lambda: BufferedChatCompletionContext(5, initial()[:2]), "buffer of five"),
    "context-head-and-tail": Entry(lambda: HeadAndTailChatCompletionContext(2, 3, initial()[:1]), "two and three"),
    "context-token-limited": Entry(token_limited, "limit, tool schema, replay client as counter"),
    "context-token-limited-open": Entry(
        lambda: TokenLimitedChatCompletionContext(replay("unused")), "no limit: what the client has left"
    ),
    "memory-list": Entry(memory, "text, markdown, JSON and a type of its own; metadata"),
    "memory-list-empty": Entry(lambda: ListMemory(), "Python names it itself"),
}
