import type { RunPayload } from "@tesserae/wire/channels";
import { listened } from "../diagnostics/channels.ts";
import type { Draft } from "../diagnostics/leaf-channel.ts";
import { channelError } from "../diagnostics/trace.ts";
import type { RunMode } from "../journal/run-session.ts";
import { channelUsage } from "./channel-usage.ts";
import type { RunMeter } from "./meter.ts";
import type { OpenRunOptions, RunOutcome } from "./run.ts";

/** What is published of a run when it starts. */
export function runPayload(
  runId: string,
  mode: RunMode,
  options: Pick<OpenRunOptions, "name" | "kind" | "task" | "participants">,
): Draft<RunPayload> {
  return {
    runId,
    path: "/",
    agentPath: [],
    agent: null,
    turn: null,
    startedAt: Date.now(),
    name: options.name,
    kind: options.kind ?? "",
    task: options.task,
    participants: options.participants ?? [],
    mode,
  };
}

/** Publishes the end of a run. */
export function publishRunEnd(
  payload: Draft<RunPayload> | undefined,
  outcome: RunOutcome,
  turns: number,
  meter: RunMeter,
): void {
  const channel = payload === undefined ? undefined : listened("run");
  if (payload === undefined || channel === undefined) return;
  payload.durationMs = Date.now() - payload.startedAt;
  payload.stopReason = outcome.stopReason ?? null;
  payload.turns = turns;
  payload.usage = channelUsage(meter.usage);
  payload.cost = meter.cost ?? null;
  channel.end.publish(payload);
  if (outcome.error !== undefined) {
    payload.error = channelError(outcome.error);
    channel.error.publish(payload);
  }
  channel.asyncStart.publish(payload);
  channel.asyncEnd.publish(payload);
}
