"""Agents without a model: one that replies from a list, one that repeats what it heard."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

from autogen_agentchat.agents import BaseChatAgent
from autogen_agentchat.base import Response
from autogen_agentchat.messages import BaseChatMessage, TextMessage
from autogen_core import CancellationToken

from .messages import make_chat_message, make_message, message_class
from .scripted_error import make_error

Json = dict[str, Any]


class RecordingAgent(BaseChatAgent):
    """Writes down what it receives: for each call the type, source and model text of every message."""

    def __init__(self, name: str, description: str, received: list[list[Json]]) -> None:
        super().__init__(name, description)
        self._received = received

    def note(self, messages: Sequence[BaseChatMessage]) -> None:
        self._received.append(
            [
                {"type": message.dump()["type"], "source": message.source, "text": message.to_model_text()}
                for message in messages
            ]
        )

    @property
    def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
        return (TextMessage,)

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        pass


class EchoAgent(RecordingAgent):
    """Answers with the model text of the last message it got, or with `nothing`."""

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        self.note(messages)
        text = messages[-1].to_model_text() if messages else "nothing"
        return Response(chat_message=TextMessage(content=text, source=self.name))


class ScriptedAgent(RecordingAgent):
    """Each call takes the next reply: `{"message", "inner"?}` or `{"error"}`. Resets do not turn the script back."""

    def __init__(
        self, name: str, description: str, received: list[list[Json]], replies: Iterator[Json], produces: list[str]
    ) -> None:
        super().__init__(name, description, received)
        self._replies = replies
        self._produces = tuple(message_class(type) for type in produces)

    @property
    def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
        return self._produces

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        self.note(messages)
        reply = next(self._replies, None)
        if reply is None:
            raise RuntimeError("The script has no further reply")
        if "error" in reply:
            raise make_error(reply["error"])
        inner = [make_message(message, self.name) for message in reply.get("inner", [])]
        return Response(chat_message=make_chat_message(reply["message"], self.name), inner_messages=inner)
