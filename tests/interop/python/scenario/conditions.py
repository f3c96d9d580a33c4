"""Termination conditions: `{"type": class name, …options}`."""

from __future__ import annotations

from typing import Any

from autogen_agentchat import conditions as c
from autogen_agentchat.base import AndTerminationCondition, OrTerminationCondition, TerminationCondition

from .functions import FUNCTIONS

Json = dict[str, Any]


class Conditions:
    """Makes conditions, and remembers those that are set from outside."""

    def __init__(self) -> None:
        self.external: list[c.ExternalTermination] = []

    def make(self, spec: Json | None) -> TerminationCondition | None:
        return None if spec is None else self._make(spec)

    def _make(self, spec: Json) -> TerminationCondition:
        options = {key: value for key, value in spec.items() if key != "type"}
        if spec["type"] == "AndTerminationCondition":
            return AndTerminationCondition(*map(self._make, options["conditions"]))
        if spec["type"] == "OrTerminationCondition":
            return OrTerminationCondition(*map(self._make, options["conditions"]))
        if spec["type"] == "FunctionalTermination":
            return c.FunctionalTermination(FUNCTIONS[options["func"]])
        made: TerminationCondition = getattr(c, spec["type"])(**options)
        if isinstance(made, c.ExternalTermination):
            self.external.append(made)
        return made
