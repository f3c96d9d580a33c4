"""The functions that scenarios name: selectors, candidates, formatters, conditions, approval."""

from __future__ import annotations

from typing import Any, Sequence

from autogen_agentchat.agents import ApprovalRequest, ApprovalResponse
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, TextMessage
from autogen_core import FunctionCall
from autogen_core.models import FunctionExecutionResult

Thread = Sequence[BaseAgentEvent | BaseChatMessage]


def alternate(thread: Thread) -> str | None:
    """The other one of `a` and `b`; `a` after anyone else."""
    return "b" if thread[-1].source == "a" else "a"


def first_then_model(thread: Thread) -> str | None:
    """`a` while the thread holds one message, then the model decides."""
    return "a" if len(thread) == 1 else None


async def a_after_user(thread: Thread) -> str | None:
    """Asynchronous: `a` right after the user, else the model decides."""
    return "a" if thread[-1].source == "user" else None


def nobody(thread: Thread) -> str | None:
    """A name that no participant has."""
    return "nobody"


def only_a_and_b(thread: Thread) -> list[str]:
    return ["a", "b"]


async def all_but_last(thread: Thread) -> list[str]:
    """Asynchronous: `a`, `b`, `c` without the source of the last message."""
    return [name for name in ("a", "b", "c") if name != thread[-1].source]


def only_c(thread: Thread) -> list[str]:
    return ["c"]


def no_candidates(thread: Thread) -> list[str]:
    return []


def unknown_candidate(thread: Thread) -> list[str]:
    return ["a", "x"]


def arrow(call: FunctionCall, result: FunctionExecutionResult) -> str:
    """`name(arguments) -> content`, with `!` in front of a failed one."""
    return f"{'!' if result.is_error else ''}{call.name}({call.arguments}) -> {result.content}"


def two_texts(messages: Thread) -> bool:
    """Whether the messages of this turn include a TextMessage that contains `two`."""
    return any(isinstance(message, TextMessage) and "two" in message.content for message in messages)


async def from_b(messages: Thread) -> bool:
    """Asynchronous: whether the last message of this turn comes from `b`."""
    return messages[-1].source == "b"


def throws_on_a(messages: Thread) -> bool:
    """Fails when it sees a message from `a`."""
    if messages[-1].source == "a":
        raise ValueError("the condition broke")
    return False


def echo_only(request: ApprovalRequest) -> ApprovalResponse:
    """Approves code that contains `echo`."""
    return ApprovalResponse(approved="echo" in request.code, reason="only echo is allowed")


FUNCTIONS: dict[str, Any] = {
    function.__name__: function
    for function in (
        alternate,
        first_then_model,
        a_after_user,
        nobody,
        only_a_and_b,
        all_but_last,
        only_c,
        no_candidates,
        unknown_candidate,
        arrow,
        two_texts,
        from_b,
        throws_on_a,
        echo_only,
    )
}
