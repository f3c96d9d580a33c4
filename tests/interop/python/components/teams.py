"""RoundRobin, Selector, Swarm, MagenticOne and graph teams."""

from __future__ import annotations

import json

from autogen_agentchat.agents import AssistantAgent, UserProxyAgent
from autogen_agentchat.base import ChatAgent, Team
from autogen_agentchat.conditions import (
    HandoffTermination,
    MaxMessageTermination,
    TextMentionTermination,
    TokenUsageTermination,
)
from autogen_agentchat.teams import (
    DiGraphBuilder,
    GraphFlow,
    MagenticOneGroupChat,
    RoundRobinGroupChat,
    SelectorGroupChat,
    Swarm,
)
from autogen_core.model_context import BufferedChatCompletionContext

from .agents import HELPER, assistant, with_handoffs, with_structured_output, with_tools
from .entry import Entry
from .replay import call, replay, result

PROMPT = "Roles:\n{roles}\n\n{history}\n\nAnswer as JSON {{\"next\": name}}."


def writer(name: str, *answers: str) -> AssistantAgent:
    return AssistantAgent(name, replay(*answers), **HELPER)


def round_robin() -> RoundRobinGroupChat:
    return RoundRobinGroupChat(
        [writer("writer", "A draft.", "A better draft."), writer("critic", "Too long.", "Good. APPROVE")],
        name="editorial",
        description="Writes and judges.",
        termination_condition=TextMentionTermination("APPROVE") | MaxMessageTermination(8),
        max_turns=10,
        emit_team_events=True,
    )


def selector() -> SelectorGroupChat:
    return SelectorGroupChat(
        [writer("writer", "A draft.", "Another draft."), writer("critic", "Not yet."), writer("editor", "Printed.")],
        replay("writer", "critic", "I cannot say.", "**editor**", "writer"),
        name="newsroom",
        description="Picks by model.",
        termination_condition=TokenUsageTermination(500, 400, 300) & MaxMessageTermination(4),
        max_turns=4,
        selector_prompt=PROMPT,
        allow_repeated_speaker=True,
        max_selector_attempts=4,
        emit_team_events=True,
        model_client_streaming=True,
        model_context=BufferedChatCompletionContext(6),
    )


def selector_defaults() -> SelectorGroupChat:
    return SelectorGroupChat(
        [writer("writer", "A draft."), writer("critic", "Fine.")], replay("writer"), max_turns=2
    )


def tools_and_handoff() -> RoundRobinGroupChat:
    return RoundRobinGroupChat(
        [with_tools(), with_handoffs("clerk")], termination_condition=HandoffTermination("user"), max_turns=6
    )


def nested() -> RoundRobinGroupChat:
    inner = RoundRobinGroupChat(
        [writer("writer", "Inner draft."), writer("critic", "Inner note.")],
        name="inner",
        description="The inner team.",
        max_turns=2,
    )
    participants: list[ChatAgent | Team] = [inner, writer("editor", "Printed. END")]
    return RoundRobinGroupChat(participants, termination_condition=TextMentionTermination("END"))


def selector_over_teams() -> SelectorGroupChat:
    inner = RoundRobinGroupChat([writer("writer", "Inner draft.")], name="inner", description="Writes.", max_turns=1)
    participants: list[ChatAgent | Team] = [inner, writer("editor", "Printed.")]
    return SelectorGroupChat(participants, replay("inner"), max_turns=2, selector_prompt="{roles} {history}")


def swarm() -> Swarm:
    front = AssistantAgent("front", replay(result([call("h1", "transfer_to_back", "{}")])), handoffs=["back"], **HELPER)
    back = AssistantAgent("back", replay(result([call("h2", "transfer_to_user", "{}")])), handoffs=["user"], **HELPER)
    return Swarm([front, back], termination_condition=HandoffTermination("user"), max_turns=5, emit_team_events=True)


def graph() -> GraphFlow:
    a, b, c = writer("a", "one"), writer("b", "two loop", "two exit"), writer("c", "three")
    builder = DiGraphBuilder().add_node(a).add_node(b).add_node(c, activation="any")
    builder.add_edge(a, b).add_edge(b, b, condition="loop", activation_group="again", activation_condition="any")
    builder.add_edge(b, c, condition="exit").set_entry_point(a)
    return GraphFlow(builder.get_participants(), builder.build(), max_turns=10)


def ledger(speaker: str, done: bool = False) -> str:
    answers = {
        "is_request_satisfied": done,
        "is_in_loop": False,
        "is_progress_being_made": True,
        "next_speaker": speaker,
        "instruction_or_question": f"{speaker}, do it.",
    }
    return json.dumps({key: {"reason": f"The reason of {key}.", "answer": answer} for key, answer in answers.items()})


def magentic_one() -> MagenticOneGroupChat:
    return MagenticOneGroupChat(
        [writer("searcher", "Found it."), writer("coder", "Coded it.")],
        replay("The facts.", "The plan.", ledger("searcher"), ledger("coder", done=True), "The answer."),
        name="lab",
        description="Finds out.",
        termination_condition=MaxMessageTermination(20),
        max_turns=8,
        max_stalls=2,
        final_answer_prompt="Answer the request: {task}",
        emit_team_events=True,
    )


ENTRIES = {
    "team-round-robin": Entry(round_robin, "every option", task="Write a line"),
    "team-round-robin-one": Entry(
        lambda: RoundRobinGroupChat([assistant()], max_turns=1), "one agent, every default", task="Hello"
    ),
    "team-round-robin-tools": Entry(tools_and_handoff, "tools, thoughts, reflection and a handoff", task="2 + 3?"),
    "team-round-robin-nested": Entry(nested, "a team in a team", task="Print a line"),
    "team-round-robin-human": Entry(
        lambda: RoundRobinGroupChat([assistant(), UserProxyAgent("human")], max_turns=2), "a person in the team"
    ),
    "team-round-robin-structured": Entry(
        lambda: RoundRobinGroupChat([with_structured_output()], max_turns=1),
        "Python fails to run it: the message type is not registered (W7)",
        task="Judge it",
    ),
    "team-selector": Entry(selector, "every option; a bad answer, then a good one", task="Make a page"),
    "team-selector-defaults": Entry(selector_defaults, "Python's own prompt in the file", task="Make a page"),
    "team-selector-nested": Entry(selector_over_teams, "a team as a candidate", task="Make a page"),
    "team-graph-flow": Entry(graph, "a loop with an exit condition", task="Count"),
    "team-magentic-one": Entry(magentic_one, "every option", task="Find out"),
    "team-magentic-one-defaults": Entry(
        lambda: MagenticOneGroupChat([assistant()], replay("unused")), "Python's own final prompt in the file"
    ),
    "team-magentic-one-no-limit": Entry(
        lambda: MagenticOneGroupChat([assistant()], replay("unused"), max_turns=None), "no limit is written as nothing"
    ),
    "team-swarm": Entry(swarm, "a chain of handoffs", task="Help me"),
}
