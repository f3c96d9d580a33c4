/* What the size of the bundle is measured of: a program with an agent, a tool, every team and every condition. */
export {
  AssistantAgent,
  ExternalTermination,
  FunctionCallTermination,
  FunctionalTermination,
  HandoffTermination,
  MaxMessageTermination,
  RoundRobinGroupChat,
  SelectorGroupChat,
  SourceMatchTermination,
  StopMessageTermination,
  TextMentionTermination,
  TextMessageTermination,
  TimeoutTermination,
  TokenUsageTermination,
} from "@tesserae/agentchat";
export { tool } from "@tesserae/core";
