"""Python AutoGen and the vendors' Python SDKs, once at a provider's own address and once through a gateway.

Standard input: `{"openai": base URL, "anthropic": base URL, "headers": {...}, "refused": {...}}`. `headers` are what a
gateway wants to be told; `refused` are headers that it refuses. Standard output: what each call gave, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import anthropic
import openai
from autogen_agentchat.agents import AssistantAgent
from autogen_core.models import CreateResult, UserMessage
from autogen_core.tools import FunctionTool
from autogen_ext.models.anthropic import AnthropicChatCompletionClient
from autogen_ext.models.openai import OpenAIChatCompletionClient

Json = dict[str, Any]
MODEL = "gpt-4o-mini"
CLAUDE = "claude-sonnet-4-6"
QUESTION = [{"role": "user", "content": "What is two and three?"}]
OPENAI_TOOL = {
    "type": "function",
    "function": {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}},
}
ANTHROPIC_TOOL = {"name": "add", "input_schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}


def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return str(a + b)


async def autogen(where: Json) -> Json:
    client = OpenAIChatCompletionClient(
        model=MODEL, api_key="sk-python", base_url=where["openai"], default_headers=where["headers"]
    )
    claude = AnthropicChatCompletionClient(
        model=CLAUDE, api_key="sk-ant-python", base_url=where["anthropic"], default_headers=where["headers"]
    )
    question = [UserMessage(content="What is two and three?", source="user")]
    made = await client.create(question)
    streamed = [item async for item in client.create_stream(question)]
    agent = AssistantAgent("calculator", client, tools=[FunctionTool(add, "Adds.", name="add")], reflect_on_tool_use=True)
    result = await agent.run(task="Use the tool.")
    written = await claude.create(question)
    return {
        "create": dump(made),
        "stream": [item if isinstance(item, str) else dump(item) for item in streamed],
        "agent": [[message.type, message.to_text()] for message in result.messages],
        "claude": dump(written),
    }


def dump(result: CreateResult) -> Json:
    return {"content": str(result.content), "usage": vars(result.usage), "finish_reason": result.finish_reason}


def vendors(where: Json) -> Json:
    client = openai.OpenAI(api_key="sk-python", base_url=where["openai"], default_headers=where["headers"])
    claude = anthropic.Anthropic(api_key="sk-ant", base_url=where["anthropic"], default_headers=where["headers"])
    chat: Any = client.chat.completions
    messages: Any = claude.messages
    chunks = chat.create(model=MODEL, messages=QUESTION, stream=True)
    with messages.stream(model=CLAUDE, max_tokens=100, messages=QUESTION) as stream:
        streamed = stream.get_final_message().model_dump()
    return {
        "chat": chat.create(model=MODEL, messages=QUESTION, tools=[OPENAI_TOOL]).model_dump(),
        "chunks": [chunk.model_dump() for chunk in chunks],
        "responses": client.responses.create(model=MODEL, input="What is two and three?").model_dump(),
        "messages": messages.create(model=CLAUDE, max_tokens=100, messages=QUESTION, tools=[ANTHROPIC_TOOL]).model_dump(),
        "message_stream": streamed,
    }


def refusals(where: Json) -> Json:
    """What the SDKs make of a gateway that refuses: the class, the status, and that they do not try again."""
    chat: Any = openai.OpenAI(api_key="sk", base_url=where["openai"], default_headers=where["refused"]).chat.completions
    claude: Any = anthropic.Anthropic(
        api_key="sk", base_url=where["anthropic"], default_headers=where["refused"]
    ).messages
    found: Json = {}
    try:
        chat.create(model=MODEL, messages=QUESTION)
    except openai.APIStatusError as error:
        found["openai"] = [type(error).__name__, error.status_code, error.code]
    try:
        claude.create(model=CLAUDE, max_tokens=100, messages=QUESTION)
    except anthropic.APIStatusError as error:
        found["anthropic"] = [type(error).__name__, error.status_code, error.body["error"]["type"]]  # type: ignore[index,call-overload]
    return found


def main() -> None:
    where = json.load(sys.stdin)
    found = {"autogen": asyncio.run(autogen(where)), "vendors": vendors(where)}
    if "refused" in where:
        found["refusals"] = refusals(where)
    json.dump(found, sys.stdout)


main()
