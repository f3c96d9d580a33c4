"""MagenticOne's prompts, put down as what is filled into them: the sentences of both sides are their own."""

from __future__ import annotations

from autogen_agentchat.teams._group_chat._magentic_one import _magentic_one_orchestrator as orchestrator

FINAL_ANSWER = "[answer]"

NEUTRAL = {
    "ORCHESTRATOR_TASK_LEDGER_FACTS_PROMPT": "[facts] task={task}",
    "ORCHESTRATOR_TASK_LEDGER_PLAN_PROMPT": "[plan] team={team}",
    "ORCHESTRATOR_TASK_LEDGER_FULL_PROMPT": "[ledger] task={task} | team={team} | facts={facts} | plan={plan}",
    "ORCHESTRATOR_PROGRESS_LEDGER_PROMPT": "[progress] task={task} | team={team} | names={names}",
    "ORCHESTRATOR_TASK_LEDGER_FACTS_UPDATE_PROMPT": "[facts again] task={task} | facts={facts}",
    "ORCHESTRATOR_TASK_LEDGER_PLAN_UPDATE_PROMPT": "[plan again] team={team}",
}


def install() -> None:
    for name, text in NEUTRAL.items():
        assert hasattr(orchestrator, name), name
        setattr(orchestrator, name, text)
