"""Messages and states as data that both languages can compare: ids and times replaced, relations between ids kept."""

from __future__ import annotations

from typing import Any, Sequence

from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage

Message = BaseAgentEvent | BaseChatMessage


def trace(messages: Sequence[Message], input_ids: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The wire form of messages without `id` and `created_at`; ids that point elsewhere become positions."""
    positions = {message.id: index for index, message in enumerate(messages)}
    unmatched: dict[str, int] = {}

    def point(id: str) -> int | str:
        return positions[id] if id in positions else f"unmatched-{unmatched.setdefault(id, len(unmatched))}"

    items = [without(dict(message.dump()), "id", "created_at") for message in messages]
    for item in items:
        if item.get("full_message_id") is not None:
            item["full_message_id"] = point(item["full_message_id"])
        if "request_id" in item:
            known = item["request_id"] in input_ids
            item["request_id"] = f"input-{list(input_ids).index(item['request_id'])}" if known else "unseen"
    return items


def without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys}


def anonymous(data: Any) -> Any:
    """A state with message ids as `<id>` and timestamps as `<time>`."""
    if isinstance(data, list):
        return [anonymous(item) for item in data]
    if not isinstance(data, dict):
        return data
    result = {key: anonymous(value) for key, value in data.items()}
    if "created_at" in data and "id" in data:
        result |= {"id": "<id>", "created_at": "<time>"}
        result |= {key: "<id>" for key in ("request_id", "full_message_id") if data.get(key) is not None}
    return result
