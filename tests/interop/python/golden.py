"""Golden files: written by a script, or compared with what the script would write (`--check`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
"""The folder tests/interop."""


def to_text(data: Any) -> str:
    """The one text form of a golden file: two blanks of indentation, non-ASCII as it is, a final newline."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


class Golden:
    """Collects the files of one script; `finish` writes them or reports how they differ from the disk."""

    def __init__(self, check: bool) -> None:
        self._check = check
        self._files: dict[Path, str] = {}

    def add(self, path: str, data: Any) -> None:
        """Registers the file at `path` (relative to tests/interop)."""
        self._files[ROOT / path] = to_text(data)

    def finish(self, owned: list[str]) -> int:
        """Ends the script. `owned` are glob patterns whose files all come from it, so that a stale one is found."""
        stale = {path for pattern in owned for path in ROOT.glob(pattern)} - set(self._files)
        changed = [path for path, text in self._files.items() if not same(path, text)]
        if not self._check:
            for path in changed:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self._files[path], encoding="utf-8")
            for path in stale:
                path.unlink()
            print(f"{len(self._files)} files made, {len(changed)} changed, {len(stale)} removed")
            return 0
        for path in changed:
            print(f"differs from Python: {path.relative_to(ROOT)}", file=sys.stderr)
        for path in stale:
            print(f"no longer made by Python: {path.relative_to(ROOT)}", file=sys.stderr)
        print(f"{len(self._files)} files checked, {len(changed) + len(stale)} differ")
        return 1 if changed or stale else 0


def same(path: Path, text: str) -> bool:
    """Whether the file holds the same JSON (layout and key order of the committed file do not matter)."""
    return path.exists() and folded(json.loads(path.read_text(encoding="utf-8"))) == folded(json.loads(text))


def folded(data: Any) -> Any:
    """Data with blanks folded in descriptions: from 3.13 on, Python takes the indentation out of docstrings."""
    if isinstance(data, list):
        return [folded(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: " ".join(value.split()) if key == "description" and isinstance(value, str) else folded(value)
        for key, value in data.items()
    }
