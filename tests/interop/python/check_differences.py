"""Checks intended-differences.json: every row names a place in a golden file, what Python has there, and a reason."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from golden import ROOT
from pointers import resolve

KEYS = {"file", "where", "python", "ours", "reason"}
OPTIONAL = {"note", "handover"}
HANDOVERS = {"ours here", "python's here", "ours in python"}
HERE = {"ours here", "python's here"}
MATCHERS = {"$match", "$any", "$absent"}
ABSENT = {"$absent": True}


def faults(row: dict[str, Any], seen: set[tuple[str, str, str]]) -> list[str]:
    """What is wrong with a row."""
    found = []
    if set(row) - OPTIONAL != KEYS:
        found.append(f"has the keys {sorted(row)}, not {sorted(KEYS)}")
        return found
    places = [(row["file"], row["where"], handover) for handover in handovers(row)]
    if any(place[::2] == other[::2] and overlap(place[1], other[1]) for place in places for other in seen):
        found.append("overlaps another row")
    seen.update(places)
    if not set(handovers(row)) <= HANDOVERS:
        found.append(f"{row['handover']} is no handover")
    if here(row) != row["python"]:
        found.append("Python's value there is another one")
    if row["ours"] == row["python"]:
        found.append("ours is the same as Python's")
    return found + bad_matchers(row["ours"])


def handovers(row: dict[str, Any]) -> set[str]:
    """The handovers in which the row holds: see README, 5."""
    return {row["handover"]} if "handover" in row else HERE


def here(row: dict[str, Any]) -> Any:
    try:
        return resolve(json.loads((ROOT / row["file"]).read_text(encoding="utf-8")), row["where"])
    except (KeyError, IndexError):
        return ABSENT


def overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def bad_matchers(ours: Any) -> list[str]:
    """Faults of the matchers inside `ours`."""
    if isinstance(ours, list):
        return [fault for item in ours for fault in bad_matchers(item)]
    if not isinstance(ours, dict):
        return []
    names = {key for key in ours if key.startswith("$")}
    if names - MATCHERS or (names and len(ours) != 1):
        return [f"{sorted(names)} is no matcher"]
    if "$match" in ours:
        re.compile(ours["$match"])
    return [fault for value in ours.values() for fault in bad_matchers(value)]


def main() -> int:
    rows = json.loads((ROOT / "intended-differences.json").read_text(encoding="utf-8"))
    seen: set[tuple[str, str, str]] = set()
    wrong = 0
    for row in rows:
        for fault in faults(row, seen):
            wrong += 1
            print(f"{row.get('file')} {row.get('where')}: {fault}", file=sys.stderr)
    print(f"{len(rows)} intended differences checked, {wrong} wrong")
    return 1 if wrong else 0


raise SystemExit(main())
