"""Errors that scripts raise, by the name of a class."""

from __future__ import annotations

from typing import Any

CLASSES: dict[str, type[Exception]] = {"ValueError": ValueError, "RuntimeError": RuntimeError}


def make_error(spec: dict[str, Any]) -> Exception:
    """`{"class": "ValueError" | "RuntimeError", "message": text}` as an exception."""
    return CLASSES[spec["class"]](spec["message"])
