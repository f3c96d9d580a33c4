"""Writes runtime/expected.json: the trace of every scenario in runtime/scenarios.json. `--check` compares."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import asyncio
import json
import logging

from golden import ROOT, Golden
from runtime_player import RuntimePlayer


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    golden = Golden(arguments.parse_args().check)
    # `quiet` turns all records off; the events are part of the traces.
    logging.disable(logging.NOTSET)
    logging.getLogger("autogen_core").setLevel(logging.CRITICAL + 1)
    for name in ("asyncio", "opentelemetry"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    scenarios = json.loads((ROOT / "runtime/scenarios.json").read_text(encoding="utf-8"))
    golden.add("runtime/expected.json", {name: await RuntimePlayer(one).play() for name, one in scenarios.items()})
    return golden.finish(["runtime/expected.json"])


raise SystemExit(asyncio.run(main()))
