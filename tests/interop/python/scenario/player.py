"""Plays a scenario: builds it, takes its steps, writes the trace."""

from __future__ import annotations

import asyncio
from typing import Any

from autogen_agentchat.base import ChatAgent, TaskResult, Team
from autogen_core import CancellationToken

from loading import describe
from traces import Message, anonymous, trace

from .agents import make_agent
from .conditions import Conditions
from .messages import make_task
from .teams import TEAMS, make_team
from .world import World

Json = dict[str, Any]
PAUSE = 200
"""Turns of the loop in which everybody who is not held goes on as far as they can."""


class Player:
    """One scenario being played. `given` are states that the other side saved: they are loaded instead of our own."""

    def __init__(self, scenario: Json, given: Json | None = None) -> None:
        self._given = given or {}
        self._scenario = scenario
        self._world = World(scenario)
        self._saved: dict[str, Any] = {}
        self._build()

    def _build(self) -> None:
        """Makes agents, conditions and teams anew; the last team (or, without teams, the only agent) is what runs."""
        self._conditions = Conditions()
        self._members: dict[str, ChatAgent | Team] = {}
        for spec in [*self._scenario["agents"], *self._scenario.get("teams", [])]:
            self._members[spec["name"]] = (
                make_team(spec, self._members, self._conditions, self._world)
                if spec["type"] in TEAMS
                else make_agent(spec, self._members, self._world)
            )
        self._runner: Any = list(self._members.values())[-1]

    async def play(self) -> Json:
        steps = [await self._step(step) for step in self._scenario["steps"]]
        state = anonymous(await self._runner.save_state())
        return {"steps": steps, **self._world.record(), "final_state": state}

    async def _step(self, step: Json) -> Json:
        """Takes one step; what it gave or how it failed."""
        try:
            return {"op": step["op"], **await getattr(self, step["op"])(step)}
        except Exception as error:
            return {"op": step["op"], "error": described(error, step)}

    async def run(self, step: Json) -> Json:
        if step.get("stream", True):
            return await self._run_stream(step)
        result = await self._runner.run(**self._arguments(step))
        return finished(list(result.messages), result, self._world)

    async def _run_stream(self, step: Json) -> Json:
        items: list[Message] = []
        end: Json = {}
        token = CancellationToken()
        canceller = asyncio.create_task(self._cancel_when(step.get("cancel_when_waiting"), token))
        saver = asyncio.create_task(self._save_when(step.get("save_when_held")))
        try:
            async for item in self._runner.run_stream(**self._arguments(step), cancellation_token=token):
                if isinstance(item, TaskResult):
                    end = finished(items, item, self._world)
                else:
                    items.append(item)
        except (Exception, asyncio.CancelledError) as error:
            end = {"items": trace(items, self._world.input_ids()), "error": described(error, step)}
        canceller.cancel()
        saver.cancel()
        return end if "save_when_held" not in step else {**end, "state": self._saved_as(step["save_when_held"])}

    def _arguments(self, step: Json) -> Json:
        return {"task": make_task(step.get("task")), "output_task_messages": step.get("output_task_messages", True)}

    async def _cancel_when(self, model: str | None, token: CancellationToken) -> None:
        """Cancels once this model has come to a `wait` of its script."""
        if model is not None:
            await self._world.models[model].waiting.wait()
            token.cancel()

    async def _save_when(self, held: Json | None) -> None:
        """Saves in the middle of the run, while this model or person is held; then lets it go on."""
        if held is not None:
            hold = self._world.hold(held["by"])
            await hold.reached()
            for _ in range(PAUSE):
                await asyncio.sleep(0)
            self._saved[held["as"]] = await self._runner.save_state()
            hold.let_go()

    def _saved_as(self, step: Json) -> Json:
        state: Json = anonymous(self._saved[step["as"]])
        return state

    async def reset(self, step: Json) -> Json:
        if isinstance(self._runner, Team):
            await self._runner.reset()
        else:
            await self._runner.on_reset(CancellationToken())
        return {}

    async def save(self, step: Json) -> Json:
        self._saved[step["as"]] = await self._runner.save_state()
        return {"state": self._saved_as(step)}

    async def load(self, step: Json) -> Json:
        await self._runner.load_state(self._given.get(step["from"], self._saved[step["from"]]))
        return {}

    async def rebuild(self, step: Json) -> Json:
        self._build()
        return {}

    async def external_stop(self, step: Json) -> Json:
        for condition in self._conditions.external:
            condition.set()
        return {}

    async def pause(self, step: Json) -> Json:
        await self._runner.pause()
        return {}


def finished(items: list[Message], result: TaskResult, world: World) -> Json:
    """A run that ended: its items, which of them are in the result, and why it stopped."""
    positions = {id(item): index for index, item in enumerate(items)}
    messages = [positions[id(message)] for message in result.messages]
    return {"items": trace(items, world.input_ids()), "messages": messages, "stop_reason": result.stop_reason}


def described(error: BaseException, step: Json) -> Json:
    """An error with the first line of its message, or with the fragment that the step says it must contain."""
    fragment = step.get("error_contains")
    if fragment is None:
        return describe(error)
    assert fragment in str(error), f"{fragment!r} is not in {error!r}"
    return {"class": type(error).__name__, "message": fragment}
