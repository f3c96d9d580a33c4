"""Components brought into a state: by running them, or by giving them threads with a message of every kind."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

import autogen_agentchat.messages as m
from autogen_agentchat.agents import AssistantAgent, UserProxyAgent
from autogen_agentchat.base import ChatAgent, Team
from autogen_agentchat.conditions import HandoffTermination, MaxMessageTermination
from autogen_agentchat.teams import MagenticOneGroupChat, RoundRobinGroupChat, SelectorGroupChat
from autogen_agentchat.tools import AgentTool
from autogen_core import CancellationToken
from autogen_core.model_context import (
    BufferedChatCompletionContext,
    HeadAndTailChatCompletionContext,
    UnboundedChatCompletionContext,
)

import message_samples as samples
from components.agents import HELPER, Verdict, assistant, code_writer, with_handoffs, with_memory, with_structured_output, with_tools
from components.contexts import token_limited
from components.replay import call, replay, result
from components.teams import graph, magentic_one, nested, selector, swarm, writer
from components.tools import overridden_workbench
from components.wrappers import message_filter, society

Sample = Callable[[], Awaitable[Any]]


async def assistant_after_tools() -> AssistantAgent:
    agent = with_tools()
    await agent.run(task="2 + 3?")
    return agent


async def assistant_after_images() -> AssistantAgent:
    agent = with_memory()
    await agent.run(task=m.MultiModalMessage(content=["look", samples.image()], source="user"))
    return agent


async def round_robin_after_run() -> RoundRobinGroupChat:
    """Tools, a thought, a reflection, memory and a handoff; stopped in the middle of the round, one buffer filled."""
    human = UserProxyAgent("human", input_func=lambda prompt: "yes")
    parts: list[ChatAgent | Team] = [with_tools(), with_handoffs("clerk"), human]
    team = RoundRobinGroupChat(parts, termination_condition=HandoffTermination("user"), max_turns=6)
    await team.run(task=[m.TextMessage(content="2 + 3?", source="user"), m.StopMessage(content="quick", source="user")])
    return team


async def round_robin_after_max_turns() -> RoundRobinGroupChat:
    team = RoundRobinGroupChat([writer("a", "one", "three"), writer("b", "two"), writer("c", "other")], max_turns=2)
    await team.run(task="Count")
    return team


async def round_robin_nested() -> RoundRobinGroupChat:
    team = nested()
    await team.run(task="Print a line")
    return team


async def selector_after_run() -> SelectorGroupChat:
    human = UserProxyAgent("human", input_func=lambda prompt: "go on")
    asking = replay(result([call("c1", "transfer_to_human", "{}")], "ask"))
    asker = AssistantAgent("asker", asking, handoffs=["human"], **HELPER)
    team = SelectorGroupChat(
        [asker, human, writer("writer", "A line.")],
        replay("asker", "human", "writer"),
        termination_condition=MaxMessageTermination(4),
        emit_team_events=True,
        model_context=BufferedChatCompletionContext(3),
        selector_prompt="{roles} {participants} {history}",
    )
    await team.run(task="Write")
    return team


async def selector_streaming() -> SelectorGroupChat:
    team = selector()
    await team.run(task="Make a page")
    return team


async def magentic_one_after_run() -> MagenticOneGroupChat:
    team = magentic_one()
    await team.run(task="Find out")
    return team


async def fresh_team() -> RoundRobinGroupChat:
    return RoundRobinGroupChat([writer("a"), writer("b")])


def thread() -> list[dict[str, Any]]:
    """Every message and event that a team's factory knows (not the structured ones)."""
    kinds = [*samples.chat_messages(), *samples.events()]
    return [dict(kind.dump()) for kind in kinds if not isinstance(kind, (m.StructuredMessage, m.SelectorEvent))]


def containers(names: list[str], states: dict[str, Any]) -> None:
    """Fills every participant's buffer with every chat message."""
    messages = [dict(message.dump()) for message in samples.chat_messages()]
    chat = [message for message in messages if not message["type"].startswith("Structured")]
    for name in names:
        states[name]["message_buffer"] = chat


async def round_robin_every_kind() -> RoundRobinGroupChat:
    team = RoundRobinGroupChat([writer("a", "from a"), writer("b", "from b")], max_turns=4)
    state: Any = await team.save_state()
    containers(["a", "b"], state["agent_states"])
    state["agent_states"]["RoundRobinGroupChatManager"] |= {
        "message_thread": thread(), "current_turn": 3, "next_speaker_index": 1
    }
    await team.load_state(state)
    return team


async def selector_every_kind() -> SelectorGroupChat:
    team = SelectorGroupChat([writer("a"), writer("b")], replay("a"), selector_prompt="{history}")
    state: Any = await team.save_state()
    containers(["b"], state["agent_states"])
    state["agent_states"]["SelectorGroupChatManager"] |= {
        "message_thread": thread(), "current_turn": 2, "previous_speaker": "b"
    }
    await team.load_state(state)
    return team


async def round_robin_structured() -> RoundRobinGroupChat:
    """A thread with a structured message, which needs a type that the component's file cannot name (W7)."""
    types: Any = [m.StructuredMessage[Verdict]]
    team = RoundRobinGroupChat([with_structured_output()], max_turns=1, custom_message_types=types)
    await team.run(task="Judge it")
    return team


def context(kind: Callable[[], Any]) -> Sample:
    async def filled() -> Any:
        made = kind()
        for message in samples.llm_messages():
            await made.add_message(message)
        return made

    return filled


async def swarm_after_run() -> Any:
    team = swarm()
    await team.run(task="Help me")
    return team


async def graph_flow_after_stop() -> Any:
    """A loop that was stopped in its middle."""
    team = graph()
    team._termination_condition = MaxMessageTermination(3)  # type: ignore[assignment]
    await team.run(task="Count")
    return await graph_from(await team.save_state())


async def graph_from(state: Any) -> Any:
    team = graph()
    await team.load_state(state)
    return team


async def society_after_run() -> Any:
    agent = society()
    await agent.run(task="Find out")
    return agent


async def message_filter_after_run() -> Any:
    agent = message_filter()
    await agent.run(task="Hello")
    return agent


async def code_executor_after_run() -> Any:
    agent = code_writer()
    await agent.run(task="Print 42")
    return agent


async def user_proxy_after_run() -> Any:
    agent = UserProxyAgent("human", input_func=lambda prompt: "yes")
    await agent.run(task="One?")
    return agent


async def tool_after_run() -> Any:
    """The state of an agent that is a tool is that of the agent."""
    tool = AgentTool(assistant("poet"))
    await tool.run_json({"task": "Rhyme"}, CancellationToken())
    return tool


async def workbench() -> Any:
    return overridden_workbench()


SAMPLES: dict[str, Sample] = {
    "assistant-after-tools": assistant_after_tools,
    "assistant-after-images": assistant_after_images,
    "round-robin-fresh": fresh_team,
    "round-robin-after-run": round_robin_after_run,
    "round-robin-after-max-turns": round_robin_after_max_turns,
    "round-robin-nested": round_robin_nested,
    "round-robin-every-kind": round_robin_every_kind,
    "round-robin-structured": round_robin_structured,
    "selector-after-run": selector_after_run,
    "selector-streaming": selector_streaming,
    "selector-every-kind": selector_every_kind,
    "magentic-one-after-run": magentic_one_after_run,
    "swarm-after-run": swarm_after_run,
    "graph-flow-after-stop": graph_flow_after_stop,
    "society-after-run": society_after_run,
    "message-filter-after-run": message_filter_after_run,
    "code-executor-after-run": code_executor_after_run,
    "user-proxy-after-run": user_proxy_after_run,
    "tool-agent-after-run": tool_after_run,
    "context-unbounded": context(UnboundedChatCompletionContext),
    "context-buffered": context(lambda: BufferedChatCompletionContext(2)),
    "context-head-and-tail": context(lambda: HeadAndTailChatCompletionContext(1, 2)),
    "context-token-limited": context(token_limited),
    "workbench-static": workbench,
}
