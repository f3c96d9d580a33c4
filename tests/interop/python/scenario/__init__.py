"""Scripted conversations in a form that two languages can play."""

from .player import Player

__all__ = ["Player"]
