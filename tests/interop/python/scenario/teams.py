"""Teams: `{"type": class name, "participants": names, …options}`."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.base import ChatAgent, Team
from autogen_agentchat.teams import (
    DiGraph,
    GraphFlow,
    MagenticOneGroupChat,
    RoundRobinGroupChat,
    SelectorGroupChat,
    Swarm,
)

from . import orchestrator_prompts
from .agents import make_context
from .conditions import Conditions
from .functions import FUNCTIONS
from .messages import message_class
from .world import World

Json = dict[str, Any]
TEAMS: dict[str, Any] = {
    "RoundRobinGroupChat": RoundRobinGroupChat,
    "SelectorGroupChat": SelectorGroupChat,
    "Swarm": Swarm,
    "GraphFlow": GraphFlow,
    "MagenticOneGroupChat": MagenticOneGroupChat,
}
orchestrator_prompts.install()


def make_team(spec: Json, members: dict[str, ChatAgent | Team], conditions: Conditions, world: World) -> Team:
    """A team of `members` (agents and inner teams by the names the scenario gives them)."""
    converters: dict[str, Any] = {
        "termination_condition": conditions.make,
        "custom_message_types": lambda types: [message_class(type) for type in types],
        "graph": DiGraph.model_validate,
        "selector_func": FUNCTIONS.__getitem__,
        "candidate_func": FUNCTIONS.__getitem__,
        "model_context": lambda context: make_context(context, world),
    }
    options = {key: value for key, value in spec.items() if key not in ("type", "participants", "model")}
    options = {key: converters[key](value) if key in converters else value for key, value in options.items()}
    if spec["type"] == "MagenticOneGroupChat":
        options.setdefault("final_answer_prompt", orchestrator_prompts.FINAL_ANSWER)
    if "model" in spec:
        options["model_client"] = world.models[spec["model"]]
    team: Team = TEAMS[spec["type"]]([members[name] for name in spec["participants"]], **options)
    return team
