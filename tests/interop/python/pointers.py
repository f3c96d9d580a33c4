"""JSON pointers (RFC 6901): how a difference says where it is."""

from __future__ import annotations

from typing import Any


def resolve(data: Any, pointer: str) -> Any:
    """The value at a pointer; KeyError or IndexError when there is none."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data
