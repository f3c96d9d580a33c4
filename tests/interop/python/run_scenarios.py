"""Plays scenarios and writes expected/NAME.json. `--check` compares; names as arguments play only these, to stdout."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from golden import ROOT, Golden, to_text
from scenario import Player
from scenario.tools import Rendezvous, make_tools

PATIENCE = 20.0
"""Seconds after which a scenario counts as hanging."""


async def play(path: Path) -> dict[str, Any]:
    async def start() -> dict[str, Any]:
        return await Player(json.loads(path.read_text(encoding="utf-8"))).play()

    try:
        return await asyncio.wait_for(start(), PATIENCE)
    except Exception as error:
        raise RuntimeError(f"scenario {path.stem}: {error!r}") from error


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("names", nargs="*")
    options = arguments.parse_args()
    if options.names:
        for name in options.names:
            print(to_text(await play(ROOT / "scenarios" / f"{name}.json")), end="")
        return 0
    golden = Golden(options.check)
    for path in sorted((ROOT / "scenarios").glob("*.json")):
        golden.add(f"expected/{path.name}", await play(path))
    schemas = [tool.schema for tool in make_tools(Rendezvous()).values()]
    golden.add("fixtures/tool-schemas.json", schemas)
    return golden.finish(["expected/*.json", "fixtures/tool-schemas.json"])


raise SystemExit(asyncio.run(main()))
