"""Writes fixtures/spans.json: the spans of the steps in fixtures/span-steps.json. `--check` compares.

The runtime is given a tracer provider of our own, on OpenTelemetry's API alone: the SDK is not among the requirements.
"""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autogen_core import (
    AgentId,
    BaseAgent,
    DefaultInterventionHandler,
    MessageContext,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
    try_get_known_serializers_for_type,
)
from opentelemetry import trace
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from golden import ROOT, Golden


@dataclass
class Note:
    text: str


class RecordedSpan(trace.Span):
    """A span that notes what it is told."""

    def __init__(self, recorder: Recorder, number: int, data: dict[str, Any]) -> None:
        self._recorder = recorder
        self._context = SpanContext(1, number, False, TraceFlags(TraceFlags.SAMPLED))
        self.data = data

    def get_span_context(self) -> SpanContext:
        return self._context

    def is_recording(self) -> bool:
        return True

    def record_exception(self, exception: BaseException, *args: Any, **kwargs: Any) -> None:
        self.data["error"] = {"class": type(exception).__name__, "message": str(exception)}

    def end(self, end_time: int | None = None) -> None:
        self._recorder.ended.append(self.data)

    def set_attributes(self, attributes: Any) -> None: ...

    def set_attribute(self, key: str, value: Any) -> None: ...

    def add_event(self, name: str, attributes: Any = None, timestamp: int | None = None) -> None: ...

    def update_name(self, name: str) -> None: ...

    def set_status(self, status: Any, description: str | None = None) -> None: ...


class Recorder(trace.Tracer, trace.TracerProvider):
    """Makes spans, and keeps them in the order in which they end."""

    def __init__(self) -> None:
        self.ended: list[dict[str, Any]] = []
        self._names: dict[int, str] = {}
        self._tracer = ""

    def get_tracer(self, instrumenting_module_name: str, *args: Any, **kwargs: Any) -> trace.Tracer:
        self._tracer = instrumenting_module_name
        return self

    def start_span(self, name: str, context: Any = None, kind: Any = SpanKind.INTERNAL, attributes: Any = None,
                   links: Any = None, *args: Any, **kwargs: Any) -> trace.Span:  # fmt: skip
        number = len(self._names) + 1
        self._names[number] = name
        parent = trace.get_current_span(context).get_span_context()
        data = {
            "tracer": self._tracer,
            "name": name,
            "kind": kind.name,
            "attributes": shown(attributes or {}),
            "parent": self._names.get(parent.span_id),
            "links": [self._names.get(link.context.span_id) for link in links or []],
        }
        return RecordedSpan(self, number, data)

    @contextmanager
    def start_as_current_span(self, name: str, context: Any = None, kind: Any = SpanKind.INTERNAL,
                              attributes: Any = None, links: Any = None, *args: Any, **kwargs: Any) -> Iterator[Any]:  # fmt: skip
        span = self.start_span(name, context, kind, attributes, links)
        with trace.use_span(span, end_on_exit=True) as used:
            yield used


def shown(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes with JSON texts parsed and ids of messages replaced."""
    result = dict(attributes)
    if "message_context" in result:
        context = json.loads(result["message_context"])
        if context["message_id"] != "None":
            context["message_id"] = "<id>"
        result["message_context"] = context
    if result.get("message", "No Message") != "No Message":
        result["message"] = json.loads(result["message"])
    return result


class Scripted(BaseAgent):
    """Does one thing with every message."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__("scripted")
        self._row = row

    async def on_message_impl(self, message: Any, ctx: MessageContext) -> Any:
        match self._row["does"]:
            case "answer":
                return Note("answer")
            case "send":
                return await self.send_message(Note("inner"), AgentId(self._row["to"], "default"))
            case "publish":
                await self.publish_message(Note("inner"), TopicId(self._row["to"], "default"))
            case "throw":
                raise ValueError("it broke")
        return Note("done")


class Looker(DefaultInterventionHandler):
    """Lets everything pass."""


async def play(agents: list[dict[str, Any]], step: dict[str, Any]) -> dict[str, Any]:
    recorder = Recorder()
    handlers = [Looker()] if step.get("intervened") else None
    runtime = SingleThreadedAgentRuntime(tracer_provider=recorder, intervention_handlers=handlers)
    runtime.add_message_serializer(try_get_known_serializers_for_type(Note))
    for row in agents:
        await runtime.register_factory(row["type"], lambda row=row: Scripted(row))
        if "hears" in row:
            await runtime.add_subscription(TypeSubscription(row["hears"], row["type"]))
    runtime.start()
    if step["op"] == "publish":
        await runtime.publish_message(Note("hello"), TopicId(step["to"], "default"))
    else:
        try:
            await runtime.send_message(Note("hello"), AgentId(step["to"], "default"))
        except ValueError:
            pass
    await runtime.stop_when_idle()
    return {"title": step["title"], "spans": recorder.ended}


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    golden = Golden(arguments.parse_args().check)
    # `quiet` turns the spans of runtimes off, which nothing else here wants.
    del os.environ["AUTOGEN_DISABLE_RUNTIME_TRACING"]
    scenario = json.loads((ROOT / "fixtures/span-steps.json").read_text(encoding="utf-8"))
    steps = [await play(scenario["agents"], step) for step in scenario["steps"]]
    golden.add("fixtures/spans.json", steps)
    return golden.finish(["fixtures/spans.json"])


raise SystemExit(asyncio.run(main()))
