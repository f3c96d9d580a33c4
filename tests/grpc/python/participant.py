"""A participant of a team that is led elsewhere: AutoGen's own container, in a worker. Argument: the address of the host.

AutoGen's envelopes cannot be read by their own classes, whose fields name abstract ones; a MessageFactory reads what is
in them. Its container publishes to the source `default`, so that is the id of the team.
"""

import asyncio
import json
import logging
import sys

from autogen_agentchat.agents import BaseChatAgent
from autogen_agentchat.base import Response, TaskResult
from autogen_agentchat.messages import MessageFactory, TextMessage, ToolCallExecutionEvent
from autogen_agentchat.teams._group_chat import _events as events
from autogen_agentchat.teams._group_chat._chat_agent_container import ChatAgentContainer
from autogen_core import TypeSubscription, try_get_known_serializers_for_type
from autogen_core.models import FunctionExecutionResult, RequestUsage
from autogen_ext.runtimes.grpc import GrpcWorkerAgentRuntime

TEAM = "default"
logging.getLogger("autogen_core").setLevel(logging.CRITICAL)
FACTORY = MessageFactory()


class Critic(BaseChatAgent):
    """Says what it has heard; fails, comes to no end, or tells what it has used when it is told to."""

    def __init__(self):
        super().__init__("critic", "Says what it has heard.")

    @property
    def produced_message_types(self):
        return (TextMessage,)

    async def on_messages(self, messages, cancellation_token):
        heard = " | ".join(f"{message.source}: {message.content}" for message in messages)
        if "fail" in heard:
            raise ValueError("no opinion")
        if "hang" in heard:
            print("asked", flush=True)
            await asyncio.Event().wait()
        if "spend" in heard:
            return self._spent()
        return Response(chat_message=TextMessage(content=f"heard {heard}", source=self.name))

    def _spent(self):
        """As an AssistantAgent answers that has called two tools."""
        usage = RequestUsage(prompt_tokens=20, completion_tokens=7)
        results = [FunctionExecutionResult(content="3", name="add", call_id=call) for call in ("1", "2")]
        return Response(
            chat_message=TextMessage(content="six", source=self.name, models_usage=usage),
            inner_messages=[
                TextMessage(content="I add.", source=self.name, models_usage=usage),
                ToolCallExecutionEvent(content=results, source=self.name),
            ],
        )

    async def on_reset(self, cancellation_token):
        pass


class Reading:
    """Writes an envelope as Pydantic does, and reads it with the factory."""

    def __init__(self, envelope, read):
        self._written = try_get_known_serializers_for_type(envelope)[0]
        self._read = read

    @property
    def data_content_type(self):
        return self._written.data_content_type

    @property
    def type_name(self):
        return self._written.type_name

    def serialize(self, message):
        return self._written.serialize(message)

    def deserialize(self, payload):
        return self._read(json.loads(payload))


def start(data):
    messages = data["messages"]
    read = None if messages is None else [FACTORY.create(message) for message in messages]
    return events.GroupChatStart.model_construct(messages=read, output_task_messages=data["output_task_messages"])


def agent_response(data):
    response = Response(chat_message=FACTORY.create(data["response"]["chat_message"]))
    return events.GroupChatAgentResponse.model_construct(response=response, name=data["name"])


def team_response(data):
    messages = [FACTORY.create(message) for message in data["result"]["messages"]]
    return events.GroupChatTeamResponse.model_construct(result=TaskResult.model_construct(messages=messages), name=data["name"])


async def main():
    runtime = GrpcWorkerAgentRuntime(host_address=sys.argv[1])
    await runtime.start()
    agent_type = await ChatAgentContainer.register(
        runtime,
        f"critic_{TEAM}",
        lambda: ChatAgentContainer(f"group_topic_{TEAM}", f"output_topic_{TEAM}", Critic(), FACTORY),
    )
    # After it has registered those that cannot read.
    for envelope, read in (
        (events.GroupChatStart, start),
        (events.GroupChatAgentResponse, agent_response),
        (events.GroupChatTeamResponse, team_response),
    ):
        runtime.add_message_serializer(Reading(envelope, read))
    for envelope in (events.GroupChatMessage, events.GroupChatError):
        runtime.add_message_serializer(try_get_known_serializers_for_type(envelope))
    for topic in (f"critic_{TEAM}", f"group_topic_{TEAM}"):
        await runtime.add_subscription(TypeSubscription(topic_type=topic, agent_type=agent_type.type))
    print("ready", flush=True)
    await runtime.stop_when_signal()


asyncio.run(main())
