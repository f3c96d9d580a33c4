"""The catalogue of components whose JSON is kept as fixtures."""

from . import agents, clients, conditions, contexts, openai_agents, teams, tools, wrappers
from .entry import Entry

CATALOGUE: dict[str, Entry] = {
    **teams.ENTRIES,
    **agents.ENTRIES,
    **openai_agents.ENTRIES,
    **conditions.ENTRIES,
    **contexts.ENTRIES,
    **tools.ENTRIES,
    **clients.ENTRIES,
    **wrappers.ENTRIES,
}

__all__ = ["CATALOGUE", "Entry"]
