export { startServer, type ServerOptions, type TrafficServer } from "./start-server.ts";
export type { LogSourceOptions, SourceOptions } from "./open-sources.ts";
export type { AnsweredRequest } from "./http/traffic-handler.ts";
export type {
  AnswerFunction,
  RuleMatch,
  ScriptedAnswer,
  ScriptedCall,
  ScriptRule,
  TrafficScript,
} from "./script/script.ts";
export type { ToolResult } from "./last-turn.ts";
export type { ServedProtocol, TrafficRequest } from "./traffic-request.ts";
