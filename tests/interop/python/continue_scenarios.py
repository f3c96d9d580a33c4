"""Reads a JSON array of `{scenario, given}` on stdin, writes the trace of each: loads take the states of `given`."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import asyncio
import json
import sys

from scenario import Player


async def main() -> None:
    items = json.load(sys.stdin)
    traces = [await Player(item["scenario"], item["given"]).play() for item in items]
    json.dump(traces, sys.stdout, ensure_ascii=False)


asyncio.run(main())
