"""Every termination condition that dumps."""

from __future__ import annotations

from autogen_agentchat import conditions as c
from autogen_agentchat.base import TerminationCondition

from .entry import Entry


def nested() -> TerminationCondition:
    left = c.MaxMessageTermination(10) | c.StopMessageTermination()
    right = c.TokenUsageTermination(100, 80, 60) | c.HandoffTermination("user")
    return (left & right) | (c.TextMentionTermination("APPROVE") & c.SourceMatchTermination(["critic"]))


ENTRIES = {
    "condition-stop-message": Entry(c.StopMessageTermination, "no options"),
    "condition-max-message": Entry(lambda: c.MaxMessageTermination(5), "defaults"),
    "condition-max-message-events": Entry(
        lambda: c.MaxMessageTermination(5, include_agent_event=True), "counts events too"
    ),
    "condition-text-mention": Entry(lambda: c.TextMentionTermination("Fertig – danke! ✅"), "non-ASCII text"),
    "condition-text-mention-sources": Entry(
        lambda: c.TextMentionTermination("DONE", sources=["critic"]), "Python drops the sources (W6)"
    ),
    "condition-token-usage": Entry(lambda: c.TokenUsageTermination(100, 80, 60), "all three limits"),
    "condition-token-usage-partial": Entry(
        lambda: c.TokenUsageTermination(max_total_token=100), "Python cannot load its own dump (W6)"
    ),
    "condition-handoff": Entry(lambda: c.HandoffTermination("user"), "target"),
    "condition-timeout": Entry(lambda: c.TimeoutTermination(2.5), "seconds with a fraction"),
    "condition-timeout-integer": Entry(lambda: c.TimeoutTermination(30), "a whole number of seconds"),
    "condition-external": Entry(c.ExternalTermination, "no options"),
    "condition-source-match": Entry(lambda: c.SourceMatchTermination(["a", "b"]), "two sources"),
    "condition-text-message": Entry(lambda: c.TextMessageTermination("writer"), "with a source"),
    "condition-text-message-any": Entry(c.TextMessageTermination, "without a source"),
    "condition-function-call": Entry(lambda: c.FunctionCallTermination("approve"), "function name"),
    "condition-and": Entry(lambda: c.MaxMessageTermination(3) & c.TextMentionTermination("stop"), "and of two"),
    "condition-or": Entry(lambda: c.MaxMessageTermination(3) | c.TextMentionTermination("stop"), "or of two"),
    "condition-nested": Entry(nested, "or of ands of ors, three levels"),
}
