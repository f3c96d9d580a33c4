"""OpenAIAssistantAgent against the server at `url`. Standard input is `{url, files, state?}`; output `{states, messages}`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import quiet  # noqa: F401
from autogen_agentchat.base import Response
from autogen_agentchat.messages import MultiModalMessage, TextMessage
from autogen_core import CancellationToken, Image
from autogen_core.tools import FunctionTool
from autogen_ext.agents.openai import OpenAIAssistantAgent
from openai import AsyncOpenAI


async def add(a: int, b: int) -> str:
    return str(a + b)


async def fail(reason: str) -> str:
    raise ValueError(reason)


def agent(url: str, **options: Any) -> OpenAIAssistantAgent:
    return OpenAIAssistantAgent(
        name="helper",
        description="Helps.",
        client=AsyncOpenAI(base_url=url, api_key="unused", max_retries=0),
        model="gpt-4o",
        instructions="You help.",
        **options,
    )


async def whole(given: dict[str, Any]) -> dict[str, Any]:
    token = CancellationToken()
    url, [data, notes] = given["url"], given["files"]
    tools: list[Any] = [
        "code_interpreter",
        "file_search",
        FunctionTool(add, description="Adds."),
        FunctionTool(fail, description="Fails."),
    ]
    first = agent(url, tools=tools)
    await first.on_upload_for_code_interpreter(data, token)
    await first.on_upload_for_file_search([notes], token)
    image = Image.from_base64(given["image"])
    messages = [
        TextMessage(content="First", source="user"),
        MultiModalMessage(content=["Look", image], source="writer"),
    ]
    items: list[dict[str, Any]] = []
    async for item in first.on_messages_stream(messages, token):
        message = item.chat_message if isinstance(item, Response) else item
        items.append(message.model_dump(mode="json", include={"type", "source", "content"}))
    states = [await first.save_state()]
    await first.on_reset(token)
    await first.delete_uploaded_files(token)
    await first.delete_vector_store(token)
    await first.delete_assistant(token)
    second = agent(
        url,
        thread_id="thread_7",
        metadata={"team": "blue"},
        response_format={"type": "json_object"},
        temperature=0.5,
        top_p=0.9,
        tool_resources={"code_interpreter": {"file_ids": ["file_9"]}},
    )
    await second.on_messages([TextMessage(content="Second", source="user")], token)
    states.append(await second.save_state())
    return {"states": states, "messages": items}


async def reload(given: dict[str, Any]) -> dict[str, Any]:
    loaded = agent(given["url"])
    await loaded.load_state(given["state"])
    await loaded.on_messages([TextMessage(content="Third", source="user")], CancellationToken())
    return {"states": [await loaded.save_state()], "messages": []}


given: dict[str, Any] = json.load(sys.stdin)
result = asyncio.run(reload(given) if "state" in given else whole(given))
json.dump(result, sys.stdout)
