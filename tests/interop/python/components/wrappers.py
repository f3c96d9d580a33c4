"""Agents around others, and agents and teams as tools."""

from __future__ import annotations

from autogen_agentchat.agents import (
    MessageFilterAgent,
    MessageFilterConfig,
    PerSourceFilter,
    SocietyOfMindAgent,
)
from autogen_agentchat.messages import StructuredMessageFactory
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_agentchat.tools import AgentTool, TeamTool
from autogen_core import InMemoryStore
from autogen_ext.models.cache import ChatCompletionCache

from .agents import Verdict, assistant
from .entry import Entry
from .replay import replay
from .teams import writer


def inner_team() -> RoundRobinGroupChat:
    return RoundRobinGroupChat(
        [writer("writer", "Inner draft."), writer("critic", "Inner note.")], max_turns=2, description="Writes."
    )


def society() -> SocietyOfMindAgent:
    return SocietyOfMindAgent(
        "society", inner_team(), replay("What they found."), instruction="They said:", response_prompt="Conclude."
    )


def message_filter() -> MessageFilterAgent:
    rules = [PerSourceFilter(source="user", position="last", count=2), PerSourceFilter(source="critic")]
    return MessageFilterAgent("filtered", assistant("inside"), MessageFilterConfig(per_source=rules))


ENTRIES = {
    "agent-society-of-mind": Entry(society, "a team inside an agent", task="Find out"),
    "agent-message-filter": Entry(message_filter, "filters by source", task="Hello"),
    "store-in-memory": Entry(lambda: InMemoryStore[str](), "a cache store"),
    "client-cache": Entry(
        lambda: ChatCompletionCache(replay("Hello there."), InMemoryStore()), "a client behind a cache in memory"
    ),
    "message-structured": Entry(
        lambda: StructuredMessageFactory(input_model=Verdict, format_string="{score}: {approved}"), "the factory of a structured message"
    ),
    "tool-agent": Entry(lambda: AgentTool(assistant("poet"), return_value_as_last_message=True), "an agent as a tool"),
    "tool-team": Entry(
        lambda: TeamTool(inner_team(), name="editorial", description="Writes a line."), "a team as a tool"
    ),
}
