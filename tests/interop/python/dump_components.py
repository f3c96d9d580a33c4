"""Writes fixtures/components: the JSON of every component of the catalogue, and the manifest. `--check` compares."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import asyncio
from typing import Any

from components import CATALOGUE, Entry
from golden import Golden
from loading import dump, load, reload
from running import run_once

FOLDER = "fixtures/components"


def reloaded(component: dict[str, Any]) -> dict[str, Any]:
    """What Python itself makes of its file: `{"python_reload": "equal"}`, or the different dump, or the error."""
    again = reload(component)
    if again == component:
        return {"python_reload": "equal"}
    if "error" in again:
        return {"python_reload": "refused", "python_error": again["error"]}
    return {"python_reload": "differs", "python_dump": again}


async def describe_entry(name: str, entry: Entry, component: dict[str, Any]) -> dict[str, Any]:
    """The manifest's row. What runs is the component loaded from its JSON, as it is on the other side."""
    row: dict[str, Any] = {
        "file": f"{'later/' if entry.scope == 'later' else ''}{name}.json",
        "provider": component["provider"],
        "scope": entry.scope,
        "runnable": entry.task is not None,
        "notes": entry.notes,
        **reloaded(component),
    }
    if entry.task is not None:
        row["run"] = {"task": entry.task, "expected": await run_once(load(component), entry.task)}
    return row


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    golden = Golden(arguments.parse_args().check)
    manifest: dict[str, dict[str, Any]] = {}
    for name, entry in CATALOGUE.items():
        component = dump(entry.make())
        manifest[name] = await describe_entry(name, entry, component)
        golden.add(f"{FOLDER}/{manifest[name]['file']}", component)
    golden.add(f"{FOLDER}/manifest.json", manifest)
    return golden.finish([f"{FOLDER}/*.json", f"{FOLDER}/later/*.json"])


raise SystemExit(asyncio.run(main()))
