"""Components that the first release does not load yet; their files wait in `later/`."""

from __future__ import annotations

from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import DiGraphBuilder, GraphFlow, MagenticOneGroupChat

from .agents import assistant
from .entry import Entry
from .replay import replay
from .teams import writer


def later(make: object, notes: str, task: str | None = None) -> Entry:
    return Entry(make, notes, task, scope="later")  # type: ignore[arg-type]


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


ENTRIES = {
    "team-magentic-one": later(magentic, "stalls and final prompt"),
    "team-graph-flow": later(graph, "a loop with an exit condition", "Count"),
}
