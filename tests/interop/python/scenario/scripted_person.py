"""A person who answers from a list."""

from __future__ import annotations

from typing import Any

from autogen_agentchat.agents import UserProxyAgent
from autogen_core import CancellationToken

from .hold import Hold
from .scripted_error import make_error


class ScriptedPerson:
    """The input function of a UserProxyAgent; each call takes the next input: a text, `{"hold": text}`, or `{"error": …}`."""

    def __init__(self, inputs: list[Any]) -> None:
        self._inputs = inputs
        self.prompts: list[str] = []
        self.request_ids: list[str] = []
        self.hold = Hold()

    async def answer(self, prompt: str, cancellation_token: CancellationToken | None = None) -> str:
        self.prompts.append(prompt)
        self.request_ids.append(UserProxyAgent.InputRequestContext.request_id())
        given = self._inputs[len(self.prompts) - 1]
        if isinstance(given, str):
            return given
        if "hold" in given:
            await self.hold.stop_here()
            return str(given["hold"])
        raise make_error(given["error"])
