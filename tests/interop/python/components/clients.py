"""Model clients with their options. None of them is called."""

from __future__ import annotations

from autogen_ext.auth.azure import AzureTokenProvider
from autogen_ext.models.anthropic import AnthropicChatCompletionClient
from autogen_ext.models.ollama import OllamaChatCompletionClient
from autogen_ext.models.openai import AzureOpenAIChatCompletionClient, OpenAIChatCompletionClient
from azure.identity import DefaultAzureCredential

from .entry import Entry
from .replay import call, model_info, replay, result


def openai_full() -> OpenAIChatCompletionClient:
    return OpenAIChatCompletionClient(
        model="some-model",
        base_url="http://localhost:8000/v1",
        organization="org-1",
        timeout=12.5,
        max_retries=4,
        temperature=0.25,
        top_p=0.9,
        max_tokens=256,
        seed=7,
        stop=["END", "STOP"],
        frequency_penalty=0.1,
        presence_penalty=-0.1,
        user="someone",
        logit_bias={"50256": -100},
        parallel_tool_calls=False,
        stream_options={"include_usage": True},
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": {"type": "object", "properties": {}}, "strict": True},
        },
        model_info=model_info("gpt-4o", vision=True),
        add_name_prefixes=True,
        include_name_in_message=False,
        default_headers={"X-Team": "a"},
    )


def azure() -> AzureOpenAIChatCompletionClient:
    return AzureOpenAIChatCompletionClient(
        model="gpt-4o",
        azure_endpoint="https://example.openai.azure.com",
        azure_deployment="my-deployment",
        api_version="2024-10-21",
        temperature=0,
    )


def azure_token_provider() -> AzureOpenAIChatCompletionClient:
    provider = AzureTokenProvider(DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default")
    return AzureOpenAIChatCompletionClient(
        model="gpt-4o",
        azure_endpoint="https://example.openai.azure.com",
        api_version="2024-10-21",
        azure_ad_token_provider=provider,
    )


def anthropic_full() -> AnthropicChatCompletionClient:
    return AnthropicChatCompletionClient(
        model="claude-sonnet-4-20250514",
        base_url="http://localhost:8001",
        max_tokens=2048,
        temperature=0.5,
        top_p=0.8,
        top_k=40,
        stop_sequences=["END"],
        metadata={"user_id": "u1"},
        thinking={"type": "enabled", "budget_tokens": 1024},
        timeout=20.0,
        max_retries=1,
        default_headers={"X-Team": "a"},
        model_info=model_info("claude-4-sonnet", vision=True),
    )


def ollama_full() -> OllamaChatCompletionClient:
    return OllamaChatCompletionClient(
        model="llama3.2:latest",
        host="http://localhost:11434",
        timeout=30,
        headers={"X-Team": "a"},
        follow_redirects=False,
        options={"temperature": 0.1, "num_ctx": 4096, "stop": ["END"]},
        model_info=model_info("llama-3.3-70b"),
    )


ENTRIES = {
    "client-openai": Entry(lambda: OpenAIChatCompletionClient(model="gpt-4o"), "model name only"),
    "client-openai-options": Entry(openai_full, "every option that is plain data"),
    "client-openai-masked-key": Entry(
        lambda: OpenAIChatCompletionClient(model="gpt-4o", api_key="secret"),
        "the key is masked: ours refuses to load it (core 10.3)",
    ),
    "client-openai-reasoning": Entry(
        lambda: OpenAIChatCompletionClient(model="gpt-5", reasoning_effort="minimal"), "reasoning effort"
    ),
    "client-azure": Entry(azure, "deployment and API version"),
    "client-azure-token-provider": Entry(azure_token_provider, "a token provider as a nested component", scope="later"),
    "client-anthropic": Entry(
        lambda: AnthropicChatCompletionClient(model="claude-3-5-sonnet-20241022"), "defaults that Python writes out"
    ),
    "client-anthropic-options": Entry(anthropic_full, "every option that is plain data"),
    "client-ollama": Entry(lambda: OllamaChatCompletionClient(model="llama3.2"), "model name only"),
    "client-ollama-options": Entry(ollama_full, "host, headers, options"),
    "client-replay": Entry(
        lambda: replay("plain text", result([call("1", "add", "{}")], thought="why"), result("done")),
        "text, calls with a thought, and a whole result",
    ),
}
