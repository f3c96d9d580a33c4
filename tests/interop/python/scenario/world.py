"""What outlives the agents of a scenario: scripted models, people, executors, and what they were asked."""

from __future__ import annotations

from typing import Any, Iterator

from .hold import Hold
from .scripted_executor import ScriptedExecutor
from .scripted_model import ScriptedModel
from .scripted_person import ScriptedPerson
from .tools import Rendezvous

Json = dict[str, Any]


class World:
    """The surroundings of one scenario. Agents and teams may be rebuilt; this stays and its scripts go on."""

    def __init__(self, scenario: Json) -> None:
        self.models = {name: ScriptedModel(**spec) for name, spec in scenario.get("models", {}).items()}
        self.people: dict[str, ScriptedPerson] = {}
        self.executors: dict[str, ScriptedExecutor] = {}
        self.replies: dict[str, Iterator[Json]] = {}
        self.received: dict[str, list[list[Json]]] = {}
        self.approvals: dict[str, list[str]] = {}
        self.rendezvous = Rendezvous()

    def person(self, name: str, inputs: list[Any]) -> ScriptedPerson:
        return self.people.setdefault(name, ScriptedPerson(inputs))

    def executor(self, name: str, results: list[Json]) -> ScriptedExecutor:
        return self.executors.setdefault(name, ScriptedExecutor(results))

    def agent_replies(self, name: str, replies: list[Json]) -> Iterator[Json]:
        return self.replies.setdefault(name, iter(replies))

    def hold(self, name: str) -> Hold:
        """Where the model or the person of this name stops."""
        return self.models[name].hold if name in self.models else self.people[name].hold

    def input_ids(self) -> list[str]:
        """The request ids that input functions saw, by person, then in order."""
        return [id for name in sorted(self.people) for id in self.people[name].request_ids]

    def record(self) -> Json:
        """What everyone was asked, for the trace; empty parts are left out."""
        parts: Json = {
            "models": {name: model.calls for name, model in self.models.items() if model.calls},
            "prompts": {name: person.prompts for name, person in self.people.items() if person.prompts},
            "executed": {name: executor.executed for name, executor in self.executors.items() if executor.executed},
            "approvals": self.approvals,
            "received": self.received,
        }
        return {key: value for key, value in parts.items() if value}
