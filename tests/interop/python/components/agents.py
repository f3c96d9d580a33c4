"""Agents."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.agents import AssistantAgent, CodeExecutorAgent, UserProxyAgent
from autogen_agentchat.base import Handoff
from autogen_core.model_context import (
    BufferedChatCompletionContext,
    HeadAndTailChatCompletionContext,
    UnboundedChatCompletionContext,
)
from autogen_core.tools import StaticStreamWorkbench, StaticWorkbench
from autogen_ext.code_executors.local import LocalCommandLineCodeExecutor
from pydantic import BaseModel, Field

from .contexts import memory, token_limited
from .entry import Entry
from .replay import call, replay, result
from .tools import add_tool, overridden_workbench, shout_tool


class Verdict(BaseModel):
    reasons: list[str] = Field(description="Why")
    score: int
    approved: bool = False


class Described(BaseModel):
    """A description that Python forgets when it loads the schema."""

    score: int


HELPER: dict[str, Any] = {"description": "Helps.", "system_message": "You help."}


def with_tools() -> AssistantAgent:
    client = replay(result([call("c1", "add", '{"a": 2, "b": 3}')], thought="add them"), result("It is 5."))
    return AssistantAgent(
        "helper",
        client,
        tools=[add_tool(), shout_tool()],
        reflect_on_tool_use=True,
        tool_call_summary_format="{tool_name}({arguments}) = {result} {is_error}",
        max_tool_iterations=3,
        metadata={"team": "blue"},
        **HELPER,
    )


def with_workbenches() -> AssistantAgent:
    client = replay(result([call("c1", "sum_of", '{"a": 2, "b": 3}'), call("c2", "shout", '{"text": "hey"}')]))
    benches = [overridden_workbench(), StaticStreamWorkbench([shout_tool()])]
    return AssistantAgent("helper", client, workbench=benches, **HELPER)


def with_handoffs(name: str = "helper") -> AssistantAgent:
    client = replay(result([call("c1", "transfer_to_user", "{}")]))
    boss = Handoff(target="Boss", name="ask_boss", description="Ask.", message="Over to you.")
    handoffs: list[Handoff | str] = ["user", boss]
    return AssistantAgent(name, client, handoffs=handoffs, **HELPER)


def with_structured_output() -> AssistantAgent:
    client = replay('{"reasons": ["clear", "short"], "score": 9, "approved": true}')
    return AssistantAgent(
        "critic",
        client,
        output_content_type=Verdict,
        output_content_type_format="Score {score}, approved {approved}",
        **HELPER,
    )


def with_described_output() -> AssistantAgent:
    return AssistantAgent("critic", replay('{"score": 9}'), output_content_type=Described, **HELPER)


def with_memory() -> AssistantAgent:
    return AssistantAgent(
        "helper", replay("Noted."), memory=[memory()], model_context=BufferedChatCompletionContext(4), **HELPER
    )


def executor() -> LocalCommandLineCodeExecutor:
    return LocalCommandLineCodeExecutor(timeout=30, work_dir="coding", cleanup_temp_files=False)


def code_writer() -> CodeExecutorAgent:
    return CodeExecutorAgent(
        "coder",
        executor(),
        model_client=replay("```sh\necho 42\n```", "It printed 42."),
        model_context=HeadAndTailChatCompletionContext(1, 8),
        system_message="Write shell code.",
        description="Writes code.",
        supported_languages=["sh"],
        model_client_stream=False,
    )


def assistant(name: str = "helper", **options: object) -> AssistantAgent:
    return AssistantAgent(name, replay("Hello there."), **{**HELPER, **options})


ENTRIES = {
    "agent-assistant": Entry(lambda: AssistantAgent("helper", replay("Hi.")), "every default", task="Say hello"),
    "agent-assistant-silent": Entry(
        lambda: assistant(system_message=None, model_client_stream=True), "no system message, streaming", task="Hello"
    ),
    "agent-assistant-tools": Entry(with_tools, "function tools, reflection, summary format, metadata", task="2 + 3?"),
    "agent-assistant-workbenches": Entry(
        with_workbenches, "a static and a streaming workbench, a renamed tool", task="2 + 3, loudly"
    ),
    "agent-assistant-static-workbench": Entry(
        lambda: assistant(workbench=StaticWorkbench([add_tool()])), "one static workbench", task="Hello"
    ),
    "agent-assistant-handoffs": Entry(with_handoffs, "a handoff by name and one with all fields", task="Hand over"),
    "agent-assistant-structured": Entry(with_structured_output, "structured_message_factory", task="Judge it"),
    "agent-assistant-structured-described": Entry(
        with_described_output, "the content type has a description, which Python loses on reload", task="Judge it"
    ),
    "agent-assistant-memory": Entry(with_memory, "ListMemory and a buffered context", task="Remember"),
    "agent-assistant-unbounded": Entry(
        lambda: assistant(model_context=UnboundedChatCompletionContext()), "unbounded context", task="Hello"
    ),
    "agent-assistant-head-and-tail": Entry(
        lambda: assistant(model_context=HeadAndTailChatCompletionContext(1, 2)), "head and tail context", task="Hello"
    ),
    "agent-assistant-token-limited": Entry(
        lambda: assistant(model_context=token_limited()), "token-limited context with initial messages", task="Hello"
    ),
    "agent-code-executor": Entry(
        lambda: CodeExecutorAgent("runner", executor(), sources=["user"]),
        "no model; the default description",
        task="Run it:\n```sh\necho one\necho two\n```",
    ),
    "agent-code-executor-model": Entry(code_writer, "with a model, a context and one language", task="Print 42"),
    "agent-user-proxy": Entry(lambda: UserProxyAgent("human", description="Approves."), "the input function is lost"),
    "executor-local": Entry(executor, "timeout, work_dir and cleanup"),
}
