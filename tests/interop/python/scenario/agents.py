"""Agents: `{"type": class name, "name", …options}`."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.agents import (
    AssistantAgent,
    CodeExecutorAgent,
    MessageFilterAgent,
    MessageFilterConfig,
    SocietyOfMindAgent,
    UserProxyAgent,
)
from autogen_agentchat.base import ChatAgent, Handoff
from autogen_agentchat.tools import AgentTool, TeamTool
from autogen_core import model_context as contexts
from autogen_core.memory import ListMemory, MemoryContent
from autogen_core.models import LLMMessage
from autogen_core.tools import StaticStreamWorkbench, StaticWorkbench, ToolOverride, Workbench
from pydantic import TypeAdapter

from .content_types import CONTENT_TYPES
from .functions import FUNCTIONS
from .scripted_agent import EchoAgent, ScriptedAgent
from .tools import make_tools
from .world import World

Json = dict[str, Any]
MESSAGES: TypeAdapter[list[LLMMessage]] = TypeAdapter(list[LLMMessage])
WORKBENCHES = {"StaticWorkbench": StaticWorkbench, "StaticStreamWorkbench": StaticStreamWorkbench}


def make_agent(spec: Json, members: Json, world: World) -> ChatAgent:
    """An agent; `members` are those made before it, of which some agents are made."""
    options = {key: value for key, value in spec.items() if key not in ("type", "name", "description")}
    name, description = spec["name"], spec.get("description", f"Agent {spec['name']}")
    if spec["type"] in WRAPPERS:
        made: ChatAgent = WRAPPERS[spec["type"]](name, description, options, members, world)
        return made
    return MAKERS[spec["type"]](name, description, options, world)


def assistant(name: str, description: str, options: Json, members: Json, world: World) -> ChatAgent:
    tools = make_tools(world.rendezvous)
    converters: dict[str, Any] = {
        "tools": lambda specs: [tools[spec] if isinstance(spec, str) else runner_tool(spec, members) for spec in specs],
        "workbench": lambda specs: [make_workbench(spec, tools) for spec in specs],
        "handoffs": lambda specs: [Handoff(**spec) if isinstance(spec, dict) else spec for spec in specs],
        "model_context": lambda spec: make_context(spec, world),
        "memory": lambda specs: [make_memory(spec) for spec in specs],
        "output_content_type": CONTENT_TYPES.__getitem__,
        "tool_call_summary_formatter": FUNCTIONS.__getitem__,
    }
    model = world.models[options.pop("model")]
    rest = {key: converters[key](value) if key in converters else value for key, value in options.items()}
    return AssistantAgent(name, model, description=description, **{"system_message": None, **rest})


def code_executor(name: str, description: str, options: Json, world: World) -> ChatAgent:
    rest = dict(options)
    executor = world.executor(name, rest.pop("results"))
    if "model" in rest:
        rest["model_client"] = world.models[rest.pop("model")]
    if "model_context" in rest:
        rest["model_context"] = make_context(rest["model_context"], world)
    if "approval_func" in rest:
        rest["approval_func"] = approval(FUNCTIONS[rest["approval_func"]], world.approvals.setdefault(name, []))
    return CodeExecutorAgent(name, executor, description=description, **{"system_message": None, **rest})


def approval(function: Any, asked: list[str]) -> Any:
    """An approval function that writes down the code it is asked about."""

    def approve(request: Any) -> Any:
        asked.append(request.code)
        return function(request)

    return approve


def runner_tool(spec: Json, members: Json) -> Any:
    """An agent or a team as a tool: `{"type": "AgentTool", "agent"}`, `{"type": "TeamTool", "team", "name", …}`."""
    options = {key: value for key, value in spec.items() if key != "type"}
    if spec["type"] == "AgentTool":
        return AgentTool(members[options.pop("agent")], **options)
    return TeamTool(members[options.pop("team")], **options)


def society_of_mind(name: str, description: str, options: Json, members: Json, world: World) -> ChatAgent:
    rest = dict(options)
    team, model = members[rest.pop("team")], world.models[rest.pop("model")]
    if "model_context" in rest:
        rest["model_context"] = make_context(rest["model_context"], world)
    return SocietyOfMindAgent(name, team, model, description=description, **rest)


def message_filter(name: str, description: str, options: Json, members: Json, world: World) -> ChatAgent:
    wrapped = members[options["wrapped_agent"]]
    return MessageFilterAgent(name, wrapped, MessageFilterConfig.model_validate(options["filter"]))


def user_proxy(name: str, description: str, options: Json, world: World) -> ChatAgent:
    return UserProxyAgent(name, description=description, input_func=world.person(name, options["inputs"]).answer)


def scripted(name: str, description: str, options: Json, world: World) -> ChatAgent:
    received = world.received.setdefault(name, [])
    replies = world.agent_replies(name, options["replies"])
    return ScriptedAgent(name, description, received, replies, options.get("produces", ["TextMessage"]))


def echo(name: str, description: str, options: Json, world: World) -> ChatAgent:
    return EchoAgent(name, description, world.received.setdefault(name, []))


MAKERS = {
    "CodeExecutorAgent": code_executor,
    "UserProxyAgent": user_proxy,
    "ScriptedAgent": scripted,
    "EchoAgent": echo,
}


WRAPPERS: dict[str, Any] = {
    "AssistantAgent": assistant,
    "SocietyOfMindAgent": society_of_mind,
    "MessageFilterAgent": message_filter,
}
"""Agents that may be made of other members."""


def make_workbench(spec: Json, tools: Json) -> Workbench:
    overrides = {name: ToolOverride(**override) for name, override in spec.get("tool_overrides", {}).items()}
    return WORKBENCHES[spec["type"]]([tools[name] for name in spec["tools"]], overrides)


def make_context(spec: Json, world: World) -> contexts.ChatCompletionContext:
    options = {key: value for key, value in spec.items() if key != "type"}
    if "model" in options:
        options["model_client"] = world.models[options.pop("model")]
    if "initial_messages" in options:
        options["initial_messages"] = MESSAGES.validate_python(options["initial_messages"])
    made: contexts.ChatCompletionContext = getattr(contexts, spec["type"])(**options)
    return made


def make_memory(spec: Json) -> ListMemory:
    return ListMemory(spec.get("name"), [MemoryContent(**content) for content in spec["contents"]])
