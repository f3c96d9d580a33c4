/** Reading what the recorder has written: events on this machine's disk, of this recorder and of Python's. */
export { aggregate } from "../analyze/aggregate.ts";
export type { ReportOptions } from "../analyze/accumulator.ts";
export type {
  AgentTotals,
  CallTotals,
  Distribution,
  ErrorCount,
  Report,
  RetryTotals,
  RunTotals,
  SessionTotals,
  TokenTotals,
  ToolLoop,
  ToolTotals,
} from "../analyze/report.ts";
export { filterEvents, filterEvents as filter_events, type EventFilter } from "./filter-events.ts";
export { listAgents, listAgents as list_agents, type ListAgentsOptions } from "./list-agents.ts";
export { parseSince, parseSince as parse_since, type Duration, type Since } from "./parse-since.ts";
export { read, readAsync, readAsync as read_async } from "./read.ts";
export type { ReadAsyncOptions, ReadOptions, ReadStats } from "./read-options.ts";
export { recent, type RecentOptions } from "./recent.ts";
export type {
  CallSite,
  CallType,
  EventAttempt,
  EventCost,
  EventError,
  EventTool,
  EventUsage,
  StreamEnd,
  TessenEvent,
} from "./tessen-event.ts";
