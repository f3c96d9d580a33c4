"""Components that the first release does not load yet; their files wait in `later/`."""

from __future__ import annotations

from autogen_agentchat.agents import (
    MessageFilterAgent,
    MessageFilterConfig,
    PerSourceFilter,
    SocietyOfMindAgent,
)
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import DiGraphBuilder, GraphFlow, MagenticOneGroupChat, RoundRobinGroupChat
from autogen_agentchat.tools import AgentTool, TeamTool

from .agents import assistant
from .entry import Entry
from .replay import replay
from .teams import writer


def later(make: object, notes: str, task: str | None = None) -> Entry:
    return Entry(make, notes, task, scope="later")  # type: ignore[arg-type]


def inner_team() -> RoundRobinGroupChat:
    return RoundRobinGroupChat(
        [writer("writer", "Inner draft."), writer("critic", "Inner note.")], max_turns=2, description="Writes."
    )


def society() -> SocietyOfMindAgent:
    return SocietyOfMindAgent(
        "society", inner_team(), replay("What they found."), instruction="They said:", response_prompt="Conclude."
    )


def magentic() -> MagenticOneGroupChat:
    return MagenticOneGroupChat(
        [assistant("searcher"), assistant("coder")],
        replay("unused"),
        termination_condition=MaxMessageTermination(20),
        max_turns=8,
        max_stalls=2,
        final_answer_prompt="Answer the request: {task}",
        emit_team_events=True,
    )


def graph() -> GraphFlow:
    a, b, c = writer("a", "one"), writer("b", "two loop", "two exit"), writer("c", "three")
    builder = DiGraphBuilder().add_node(a).add_node(b).add_node(c, activation="any")
    builder.add_edge(a, b).add_edge(b, b, condition="loop", activation_group="again", activation_condition="any")
    builder.add_edge(b, c, condition="exit").set_entry_point(a)
    return GraphFlow(builder.get_participants(), builder.build(), max_turns=10)


def message_filter() -> MessageFilterAgent:
    rules = [PerSourceFilter(source="user", position="last", count=2), PerSourceFilter(source="critic")]
    return MessageFilterAgent("filtered", assistant("inside"), MessageFilterConfig(per_source=rules))


ENTRIES = {
    "team-magentic-one": later(magentic, "stalls and final prompt"),
    "team-graph-flow": later(graph, "a loop with an exit condition", "Count"),
    "agent-society-of-mind": later(society, "a team inside an agent", "Find out"),
    "agent-message-filter": later(message_filter, "filters by source", "Hello"),
    "tool-agent": later(lambda: AgentTool(assistant("poet"), return_value_as_last_message=True), "an agent as a tool"),
    "tool-team": later(
        lambda: TeamTool(inner_team(), name="editorial", description="Writes a line."), "a team as a tool"
    ),
}
