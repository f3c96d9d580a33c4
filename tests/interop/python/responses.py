"""OpenAIAgent against the server at `url`. Standard input is `{url, options, tasks, state?}`; output `{state, answers}`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import quiet  # noqa: F401
from autogen_agentchat.messages import TextMessage
from autogen_core import CancellationToken
from autogen_ext.agents.openai import OpenAIAgent
from openai import AsyncOpenAI


async def run(given: dict[str, Any]) -> dict[str, Any]:
    client = AsyncOpenAI(base_url=given["url"], api_key="unused", max_retries=0)
    agent = OpenAIAgent(
        name="helper",
        description="Helps.",
        client=client,
        model="gpt-4.1",
        instructions="You help.",
        **given["options"],
    )
    if "state" in given:
        await agent.load_state(given["state"])
    answers: list[Any] = []
    for content in given["tasks"]:
        response = await agent.on_messages([TextMessage(content=content, source="user")], CancellationToken())
        answers.append(response.chat_message.model_dump(mode="json", include={"type", "source", "content"}))
    return {"state": await agent.save_state(), "answers": answers}


json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)
