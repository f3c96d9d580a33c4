import type { ComponentClass } from "@tesserae/core";
import { AssistantAgent } from "../agents/assistant-agent/assistant-agent.ts";
import { CodeExecutorAgent } from "../agents/code-executor-agent/code-executor-agent.ts";
import { MessageFilterAgent } from "../agents/message-filter-agent/message-filter-agent.ts";
import { SocietyOfMindAgent } from "../agents/society-of-mind-agent/society-of-mind-agent.ts";
import { UserProxyAgent } from "../agents/user-proxy-agent/user-proxy-agent.ts";
import { AndTerminationCondition, OrTerminationCondition } from "../conditions/combined-conditions.ts";
import { ExternalTermination } from "../conditions/external-termination.ts";
import { FunctionCallTermination } from "../conditions/function-call-termination.ts";
import { HandoffTermination } from "../conditions/handoff-termination.ts";
import { MaxMessageTermination } from "../conditions/max-message-termination.ts";
import { NoHandoffTermination } from "../conditions/no-handoff-termination.ts";
import { RunLimitTermination } from "../conditions/run-limit-termination.ts";
import { SourceMatchTermination } from "../conditions/source-match-termination.ts";
import { StopMessageTermination } from "../conditions/stop-message-termination.ts";
import { TextMentionTermination } from "../conditions/text-mention-termination.ts";
import { TextMessageTermination } from "../conditions/text-message-termination.ts";
import { TimeoutTermination } from "../conditions/timeout-termination.ts";
import { TokenUsageTermination } from "../conditions/token-usage-termination.ts";
import { StructuredMessageFactory } from "../messages/structured-message-factory.ts";
import { GraphFlow } from "../teams/graph-flow/graph-flow.ts";
import { MagenticOneGroupChat } from "../teams/magentic-one/magentic-one-group-chat.ts";
import { RoundRobinGroupChat } from "../teams/round-robin-group-chat/round-robin-group-chat.ts";
import { SelectorGroupChat } from "../teams/selector-group-chat/selector-group-chat.ts";
import { Swarm } from "../teams/swarm/swarm.ts";
import { AgentTool } from "../tools/agent-tool.ts";
import { TeamTool } from "../tools/team-tool.ts";

/** The components of this package, for a registry. A new agent, team or condition is one line here. */
export function agentchatComponents(): readonly ComponentClass[] {
  return [
    AssistantAgent,
    CodeExecutorAgent,
    UserProxyAgent,
    SocietyOfMindAgent,
    MessageFilterAgent,
    RoundRobinGroupChat,
    SelectorGroupChat,
    Swarm,
    MagenticOneGroupChat,
    GraphFlow,
    AndTerminationCondition,
    OrTerminationCondition,
    StopMessageTermination,
    MaxMessageTermination,
    TextMentionTermination,
    TokenUsageTermination,
    HandoffTermination,
    NoHandoffTermination,
    TimeoutTermination,
    ExternalTermination,
    SourceMatchTermination,
    TextMessageTermination,
    FunctionCallTermination,
    RunLimitTermination,
    StructuredMessageFactory,
    AgentTool,
    TeamTool,
  ];
}
