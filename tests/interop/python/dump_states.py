"""Writes fixtures/states/NAME.json: `{component, state, python_reload, continued?}`. `--check` compares."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import asyncio
from typing import Any

from deterministic import make_deterministic
from golden import Golden
from loading import describe, dump, load
from running import run_once
from state_samples import SAMPLES
from states import restore, save

CONTINUED = [
    "assistant-after-tools",
    "assistant-after-images",
    "round-robin-after-max-turns",
    "round-robin-nested",
    "round-robin-every-kind",
    "selector-streaming",
    "magentic-one-after-run",
    "swarm-after-run",
    "graph-flow-after-stop",
    "society-after-run",
    "message-filter-after-run",
]
"""The samples that run once more after loading; their models start from their first answer again."""
TASK = "Go on"


async def continued(component: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """What a run of the loaded component with the loaded state gives."""
    again = load(component)
    await restore(again, state)
    return {"task": TASK, "expected": await run_once(again, TASK)}


async def reloaded(component: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """What Python itself makes of component and state: the same state again, or an error."""
    try:
        again = load(component)
        await restore(again, state)
        equal = await save(again) == state
    except Exception as error:
        return {"python_reload": "refused", "python_error": describe(error)}
    return {"python_reload": "equal" if equal else "differs"}


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    golden = Golden(arguments.parse_args().check)
    for number, (name, make) in enumerate(SAMPLES.items()):
        make_deterministic(number)
        sample = await make()
        component, state = dump(sample), await save(sample)
        data = {"component": component, "state": state, **await reloaded(component, state)}
        if name in CONTINUED:
            data["continued"] = await continued(component, state)
        golden.add(f"fixtures/states/{name}.json", data)
    return golden.finish(["fixtures/states/*.json"])


raise SystemExit(asyncio.run(main()))
