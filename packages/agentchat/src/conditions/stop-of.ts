import type { RunContext } from "@tesserae/core";
import { StopMessage } from "../messages/factories.ts";
import type { StopMessage as StopMessageData } from "../messages/types.ts";

/** What a condition may answer: why the run stops, a bare yes or no, the whole message, or nothing. */
export type Verdict = string | boolean | StopMessageData | null | undefined;

/** The message that stops a run; `undefined` when it goes on. A bare `true` gets words. */
export function stopOf(verdict: Verdict, source: string, run: RunContext | undefined): StopMessageData | undefined {
  if (verdict === undefined || verdict === null || verdict === false) return undefined;
  if (typeof verdict === "object") return verdict;
  return StopMessage({ content: verdict === true ? "Termination condition met" : verdict, source }, run);
}
