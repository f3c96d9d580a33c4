"""Components that the first release does not load yet; their files wait in `later/`."""

from __future__ import annotations

from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.teams import MagenticOneGroupChat

from .agents import assistant
from .entry import Entry
from .replay import replay


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


ENTRIES = {
    "team-magentic-one": later(magentic, "stalls and final prompt"),
}
