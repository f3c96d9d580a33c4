"""A host or a worker of Python AutoGen. Commands and what comes of them are JSON, a line each.

Arguments: `host` or `worker ADDRESS [FORMAT [MAX_RECEIVE_BYTES]]`.
"""

import asyncio
import json
import socket
import sys
from dataclasses import dataclass

from autogen_core import (
    AgentId,
    DefaultTopicId,
    MessageContext,
    RoutedAgent,
    TopicId,
    TypePrefixSubscription,
    TypeSubscription,
    message_handler,
    try_get_known_serializers_for_type,
)
from autogen_ext.runtimes.grpc import GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost
from google.protobuf.wrappers_pb2 import StringValue


@dataclass
class Ask:
    content: str


@dataclass
class Answer:
    content: str


def say(value):
    print(json.dumps(value), flush=True)


def tell(agent, content, ctx):
    say(
        {
            "received": content,
            "agent": str(agent.id),
            "sender": None if ctx.sender is None else str(ctx.sender),
            "topic": None if ctx.topic_id is None else str(ctx.topic_id),
        }
    )


class Actor(RoutedAgent):
    """Does what a message says; `src/actor.ts` is the same in TypeScript."""

    def __init__(self):
        super().__init__("does what a message says")

    @message_handler
    async def on_ask(self, message: Ask, ctx: MessageContext) -> Answer | None:
        tell(self, message.content, ctx)
        verb, _, rest = message.content.partition(" ")
        if verb == "fail":
            raise ValueError(rest)
        if verb == "nothing":
            return None
        if verb == "unserializable":
            return {1, 2}
        if verb == "ask":
            target, _, content = rest.partition(" ")
            return await self.send_message(Ask(content), AgentId.from_str(target))
        if verb == "wait":
            await asyncio.sleep(float(rest))
        if verb == "round" and int(rest) < 5:
            await self.publish_message(Ask(f"round {int(rest) + 1}"), DefaultTopicId())
        return Answer(f"{self.id}: {message.content}")


class ProtobufReader(RoutedAgent):
    """Reads messages in protobuf."""

    def __init__(self):
        super().__init__("reads protobuf")

    @message_handler
    async def on_text(self, message: StringValue, ctx: MessageContext) -> None:
        tell(self, message.value, ctx)


async def commands():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)


async def run_worker(address, content_type="application/json", max_bytes=None):
    config = [] if max_bytes is None else [("grpc.max_receive_message_length", int(max_bytes))]
    runtime = GrpcWorkerAgentRuntime(address, extra_grpc_config=config, payload_serialization_format=content_type)
    runtime.add_message_serializer(try_get_known_serializers_for_type(Ask))
    runtime.add_message_serializer(try_get_known_serializers_for_type(Answer))
    runtime.add_message_serializer(try_get_known_serializers_for_type(StringValue))
    await runtime.start()
    say({"ready": True})

    async def perform(command):
        op = command["op"]
        if op == "register":
            kind = ProtobufReader if command.get("protobuf") else Actor
            await kind.register(runtime, command["type"], lambda: kind())
        elif op == "subscribe":
            kind = TypePrefixSubscription if command.get("prefix") else TypeSubscription
            subscription = kind(command["topic"], command["type"])
            await runtime.add_subscription(subscription)
            return subscription.id
        elif op == "unsubscribe":
            await runtime.remove_subscription(command["id"])
        elif op == "send":
            answer = await runtime.send_message(Ask(command["content"]), AgentId.from_str(command["to"]))
            return getattr(answer, "content", type(answer).__name__)
        elif op == "publish":
            kind = (lambda text: StringValue(value=text)) if command.get("protobuf") else Ask
            await runtime.publish_message(kind(command["content"]), TopicId.from_str(command["topic"]))
        elif op == "stop":
            await runtime.stop()
        return None

    async def answer(command):
        try:
            say({"id": command["id_"], "value": await perform(command)})
        except BaseException as error:
            say({"id": command["id_"], "error": str(error)})

    tasks = set()
    async for command in commands():
        task = asyncio.create_task(answer(command))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def run_host():
    # A host does not tell which port the system gave it. One that is held, and may be shared, is nobody else's.
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    address = f"127.0.0.1:{held.getsockname()[1]}"
    host = GrpcWorkerAgentRuntimeHost(address)
    host.start()
    say({"ready": True, "address": address})
    async for _ in commands():
        pass
    await host.stop(0)


kind, *arguments = sys.argv[1:]
asyncio.run((run_host if kind == "host" else run_worker)(*arguments))
