"""Agents on OpenAI's Responses API."""

from __future__ import annotations

from typing import Any

from autogen_ext.agents.openai import OpenAIAgent
from openai import AsyncOpenAI

from .entry import Entry

TOOLS: list[Any] = [
    "web_search_preview",
    "image_generation",
    {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3},
    {"type": "code_interpreter", "container": {"type": "auto"}},
    {"type": "computer_use_preview", "display_height": 768, "display_width": 1024, "environment": "linux"},
    {
        "type": "mcp",
        "server_label": "docs",
        "server_url": "https://mcp.example",
        "allowed_tools": ["read"],
        "require_approval": True,
    },
]


def agent(**options: Any) -> OpenAIAgent:
    return OpenAIAgent(
        name="helper",
        description="Helps.",
        client=AsyncOpenAI(),
        model="gpt-4.1",
        instructions="You help.",
        **options,
    )


ENTRIES = {
    "agent-openai": Entry(agent, "an agent on the Responses API with the defaults"),
    "agent-openai-tools": Entry(
        lambda: agent(
            tools=TOOLS, temperature=0.5, max_output_tokens=100, json_mode=True, store=False, truncation="auto"
        ),
        "every option, and a tool of each kind",
    ),
}
