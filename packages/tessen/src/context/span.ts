import { randomBytes } from "node:crypto";
import type { Session } from "../capture/session.ts";
import { sharedState } from "../capture/state.ts";
import type { Place } from "../recorder/finished-call.ts";
import { NOWHERE } from "./context-members.ts";
import { spanRecord, type EndedSpan, type SpanDetails } from "./span-record.ts";

/** What a span is: a whole run, a turn of an agent, or a call of a tool. */
export type SpanKind = EndedSpan["kind"];

/**
 * Runs a function, and records it as one event when it is over: how long it took, and whether it failed. What happens
 * inside knows that it does: its events have the span for their parent; a run gives them a run id, runs and agents add
 * their name to the agent path. Gives what the function gives, and throws the very error that it throws. While nothing
 * records, it only calls the function.
 *
 * A promise counts until it is settled; for one of a class of its own, as SDKs have them, a plain one is given. Of a
 * stream that is returned only the making counts.
 */
export function span<T>(kind: SpanKind, name: string, fn: () => PromiseLike<T>, details?: SpanDetails): Promise<T>;
export function span<T>(kind: SpanKind, name: string, fn: () => T, details?: SpanDetails): T;
export function span<T>(
  kind: SpanKind,
  name: string,
  fn: () => T | PromiseLike<T>,
  details: SpanDetails = {},
): T | PromiseLike<T> {
  const session = sharedState().active?.session;
  const opened = session?.guard.run("framework", () => new OpenSpan(session, kind, name, details));
  if (session === undefined || opened === undefined) return fn();
  const { frame, frames } = session;
  let result: T | PromiseLike<T>;
  try {
    result = frames.run({ ...frame, place: opened.inside }, fn);
  } catch (error) {
    opened.end({ error });
    throw error;
  }
  if (!isPromiseLike(result)) {
    opened.end({ result });
    return result;
  }
  // What is given back is settled as the original is: if nobody handles an error, that is known as ever.
  return Promise.resolve(result).then(
    (value) => {
      opened.end({ result: value });
      return value;
    },
    (error: unknown) => {
      opened.end({ error });
      throw error;
    },
  );
}

/** A span that is not over. */
class OpenSpan {
  /** Where what happens in it is. */
  readonly inside: Place;
  readonly #own: Place;
  readonly #session: Session;
  readonly #span: Pick<EndedSpan, "kind" | "name" | "details">;
  readonly #startedAt = Date.now();
  readonly #start = performance.now();

  constructor(session: Session, kind: SpanKind, name: string, details: SpanDetails) {
    this.#session = session;
    this.#span = { kind, name, details };
    const around = session.frame.place ?? NOWHERE;
    const path = [...around.agentPath, name];
    const parentId = around.spanId;
    const place: Place = {
      runId: around.runId ?? (kind === "run" ? randomBytes(16).toString("hex") : null),
      agentPath: around.agentPath,
      turn: around.turn,
      spanId: session.recorder.base.ids.nextSpanId(),
      ...(parentId === undefined ? {} : { parentId }),
    };
    this.#own = kind === "agent" ? { ...place, agentPath: path } : place;
    this.inside = kind === "tool" ? place : { ...place, agentPath: path };
  }

  /** Records it. A recording that has ended meanwhile takes nothing more. */
  end(outcome: Pick<EndedSpan, "result" | "error">): void {
    const session = this.#session;
    if (sharedState().active?.session !== session) return;
    session.guard.run("record", () => {
      const durationMs = performance.now() - this.#start;
      const ended: EndedSpan = { ...this.#span, ...outcome, startedAt: this.#startedAt, durationMs };
      session.recorder.framework(spanRecord, ended, this.#own);
    });
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    "then" in value &&
    typeof value.then === "function"
  );
}
