"""Reads a JSON array of components on stdin, writes the array of Python's dumps of them (or `{"error": …}`)."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import json
import sys

from loading import reload


def main() -> None:
    json.dump([reload(component) for component in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)


main()
