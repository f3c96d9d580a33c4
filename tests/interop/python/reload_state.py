"""Reads a JSON array of `{component, state}` on stdin, writes the states that Python saves after loading both."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import asyncio
import json
import sys
from typing import Any

from loading import describe, load
from states import restore, save


async def reload_state(item: dict[str, Any]) -> dict[str, Any]:
    try:
        component = load(item["component"])
        await restore(component, item["state"])
        return await save(component)
    except Exception as error:
        return {"error": describe(error)}


async def main() -> None:
    states = [await reload_state(item) for item in json.load(sys.stdin)]
    json.dump(states, sys.stdout, ensure_ascii=False)


asyncio.run(main())
