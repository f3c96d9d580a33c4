"""Plays a scenario of the core runtime: scripted agents in a SingleThreadedAgentRuntime, step by step."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any, Callable

from autogen_core import (
    EVENT_LOGGER_NAME,
    AgentId,
    BaseAgent,
    DefaultInterventionHandler,
    DropMessage,
    MessageContext,
    SingleThreadedAgentRuntime,
    TopicId,
    TypePrefixSubscription,
    TypeSubscription,
    try_get_known_serializers_for_type,
)

from loading import describe

Json = dict[str, Any]
PATIENCE = 0.5
"""Seconds after which a step counts as hanging, unless the scenario is one of many messages (`quiet`)."""
PAUSE = 100
"""Turns of the loop in which everybody goes on as far as they can."""


@dataclass
class Note:
    kind: str
    text: str


class Scripted(BaseAgent):
    """Does what the scenario says for the kind of a message; counts its messages."""

    def __init__(self, on: Json, player: RuntimePlayer) -> None:
        super().__init__("scripted")
        self._on = on
        self._player = player
        self.count = 0

    async def on_message_impl(self, message: Any, ctx: MessageContext) -> Any:
        self.count += 1
        line = f"{self.id} {message.kind} {message.text} {how(ctx)}"
        self._player.starts.append(line)
        answer: Note | None = None
        for action in self._on.get(message.kind, []):
            ((verb, value),) = action.items()
            answer = await getattr(self, f"do_{verb}")(value, message) or answer
        self._player.ends.append(line)
        return answer

    async def do_publish(self, value: Json, message: Note) -> None:
        await self.publish_message(Note(value["kind"], value.get("text", "")), topic_of(value["topic"]))

    async def do_again(self, value: Json, message: Note) -> None:
        """Publishes the message once more with the next number, until the last."""
        if int(message.text) < value["until"]:
            await self.publish_message(Note(message.kind, str(int(message.text) + 1)), topic_of(value["topic"]))

    async def do_send(self, value: Json, message: Note) -> Note:
        answer = await self.send_message(Note(value["kind"], value.get("text", "")), AgentId.from_str(value["to"]))
        return Note("answer", f"{answer.text} by {value['to']}" if answer is not None else "nothing")

    async def do_throw(self, value: str, message: Note) -> None:
        raise ValueError(value)

    async def do_answer(self, value: str, message: Note) -> Note:
        return Note("answer", value)

    async def do_pass(self, gate: str, message: Note) -> None:
        await self._player.gate(gate).wait()

    async def do_open(self, gate: str, message: Note) -> None:
        self._player.gate(gate).set()

    async def save_state(self) -> Json:
        return {"count": self.count}

    async def load_state(self, state: Any) -> None:
        self.count = state["count"]


class Intervening(DefaultInterventionHandler):
    """Drops, throws, or adds a letter to the text, by stage."""

    def __init__(self, does: Json) -> None:
        self._does = does

    async def on_send(self, message: Any, *, message_context: MessageContext, recipient: AgentId) -> Any:
        return self._intervene("send", message)

    async def on_publish(self, message: Any, *, message_context: MessageContext) -> Any:
        return self._intervene("publish", message)

    async def on_response(self, message: Any, *, sender: AgentId, recipient: AgentId | None) -> Any:
        return self._intervene("response", message)

    def _intervene(self, stage: str, message: Any) -> Any:
        does = self._does.get(stage)
        if does is None:
            return message
        if does == "drop":
            return DropMessage
        if does == "throw":
            raise ValueError(f"no {stage}")
        if does == "nothing":
            return None
        return Note(message.kind, message.text + does)


class EventList(logging.Handler):
    """Keeps the log events as data."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Json] = []

    def emit(self, record: logging.LogRecord) -> None:
        event = dict(record.msg.kwargs)
        if event.get("payload", "").startswith("{"):
            event["payload"] = json.loads(event["payload"])
        self.events.append(event)


class RuntimePlayer:
    def __init__(self, scenario: Json) -> None:
        self._scenario = scenario
        self.starts: list[str] = []
        self.ends: list[str] = []
        self._patience = 60 if scenario.get("quiet", False) else PATIENCE
        self._gates: dict[str, asyncio.Event] = {}
        self._pending: list[asyncio.Task[Json]] = []
        self._saved: dict[str, Any] = {}
        self._subscriptions: dict[str, str] = {}

    def gate(self, name: str) -> asyncio.Event:
        return self._gates.setdefault(name, asyncio.Event())

    async def play(self) -> Json:
        events = EventList()
        logger = logging.getLogger(EVENT_LOGGER_NAME)
        logger.handlers, logger.propagate = [events], False
        logger.setLevel(logging.INFO)
        await self.renew({})
        steps = [await self._step(step) for step in self._scenario["steps"]]
        await pause()
        trace: Json = {"steps": steps, "counts": {str(id): agent.count for id, agent in self._agents()}}
        if not self._scenario.get("quiet", False):
            trace |= {"starts": self.starts, "ends": sorted(self.ends)}
        return trace | ({"events": events.events} if self._scenario.get("events") else {})

    def _agents(self) -> list[tuple[AgentId, Scripted]]:
        made: dict[AgentId, Any] = self._runtime._instantiated_agents
        return sorted(made.items(), key=lambda item: str(item[0]))

    async def _step(self, step: Json) -> Json:
        op = step["op"]
        try:
            return {"op": op, **(await asyncio.wait_for(getattr(self, op)(step), self._patience) or {})}
        except asyncio.TimeoutError:
            return {"op": op, "hangs": True}
        except Exception as error:
            return {"op": op, "error": describe(error)}

    async def renew(self, step: Json) -> None:
        """Makes the runtime and all that belongs to it anew."""
        handlers = [Intervening(does) for does in self._scenario.get("interventions", [])]
        self._runtime = SingleThreadedAgentRuntime(
            intervention_handlers=handlers,
            ignore_unhandled_exceptions=self._scenario.get("ignore_unhandled_exceptions", True),
        )
        self._runtime.add_message_serializer(try_get_known_serializers_for_type(Note))
        for spec in self._scenario["agents"]:
            for key in spec.get("instances", []):
                await Scripted(spec.get("on", {}), self).register_instance(
                    self._runtime, AgentId(spec["type"], key), skip_direct_message_subscription=True
                )
            if "instances" not in spec and not spec.get("unknown", False):
                await self._runtime.register_factory(spec["type"], self._factory(spec))
            for heard in spec.get("hears", []):
                make = TypePrefixSubscription if heard.endswith("*") else TypeSubscription
                await self._runtime.add_subscription(make(heard.removesuffix("*"), spec["type"]))

    def _factory(self, spec: Json) -> Callable[[], Scripted]:
        def make() -> Scripted:
            if spec.get("fails", False):
                raise ValueError(f"no {spec['type']}")
            return Scripted(spec.get("on", {}), self)

        return make

    async def start(self, step: Json) -> None:
        self._runtime.start()

    async def stop(self, step: Json) -> None:
        await self._runtime.stop()

    async def idle(self, step: Json) -> None:
        await self._runtime.stop_when_idle()

    async def close(self, step: Json) -> None:
        await self._runtime.close()

    async def next(self, step: Json) -> None:
        await self._runtime.process_next()
        await pause()

    async def pause(self, step: Json) -> None:
        await pause()

    async def count(self, step: Json) -> Json:
        return {"unprocessed": self._runtime.unprocessed_messages_count}

    async def publish(self, step: Json) -> None:
        await self._runtime.publish_message(note(step), topic_of(step["topic"]), sender=sender_of(step))

    async def send(self, step: Json) -> Json | None:
        async def send() -> Json:
            try:
                answer = await self._runtime.send_message(
                    note(step), AgentId.from_str(step["to"]), sender=sender_of(step)
                )
                return {"answer": None if answer is None else answer.text}
            except Exception as error:
                return {"error": describe(error)}

        if step.get("later", False):
            self._pending.append(asyncio.create_task(send()))
            await pause()
            return None
        return await send()

    async def answers(self, step: Json) -> Json:
        """The answers of the sends whose answers were left for later."""
        done = await asyncio.gather(*(asyncio.wait_for(asyncio.shield(task), PATIENCE / 2) for task in self._pending),
                                    return_exceptions=True)  # fmt: skip
        return {"answers": [{"hangs": True} if isinstance(each, BaseException) else each for each in done]}

    async def open(self, step: Json) -> None:
        self.gate(step["gate"]).set()
        await pause()

    async def subscribe(self, step: Json) -> None:
        subscription = TypeSubscription(step["topic"], step["type"])
        await self._runtime.add_subscription(subscription)
        self._subscriptions[step["topic"]] = subscription.id

    async def unsubscribe(self, step: Json) -> None:
        await self._runtime.remove_subscription(self._subscriptions.get(step["topic"], "unknown"))

    async def save(self, step: Json) -> Json:
        self._saved[step["as"]] = await self._runtime.save_state()
        return {"state": dict(self._saved[step["as"]])}

    async def load(self, step: Json) -> None:
        state = step["state"] if "state" in step else self._saved[step["from"]]
        await self._runtime.load_state(state)

    async def get(self, step: Json) -> Json:
        agent = await self._runtime.try_get_underlying_agent_instance(AgentId.from_str(step["id"]), Scripted)
        return {"id": str(agent.id), "count": agent.count}


async def pause() -> None:
    for _ in range(PAUSE):
        await asyncio.sleep(0)


def note(step: Json) -> Note:
    return Note(step.get("kind", "note"), step.get("text", ""))


def topic_of(text: str) -> TopicId:
    return TopicId(*text.split("/"))


def sender_of(step: Json) -> AgentId | None:
    return AgentId.from_str(step["sender"]) if "sender" in step else None


def how(ctx: MessageContext) -> str:
    topic = "" if ctx.topic_id is None else f" on {ctx.topic_id}"
    return f"{'asked' if ctx.is_rpc else 'told'} by {ctx.sender or 'nobody'}{topic}"


