import { isRawObject, type Json } from "@tesserae/wire";
import type { EventError, StreamEnd } from "../events/tessen-event.ts";
import type { FailureKind, FinishedCall } from "../recorder/finished-call.ts";
import type { ResponseBody } from "./body/response-body.ts";
import { eventError, failureOf } from "./failure.ts";

/** How reading an answer came to its end. */
export type ReadEnd =
  | { readonly type: "ended" }
  | { readonly type: "cancelled" }
  | { readonly type: "aborted" }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "idle" | "shutdown" };

type Outcome = Pick<FinishedCall, "status" | "error" | "failure" | "streamEnd">;

/** What became of an answer with a good HTTP status. */
export function outcomeOf(body: ResponseBody, end: ReadEnd): Outcome {
  if (body.errorFrame !== undefined) {
    return { status: "error", streamEnd: "protocol_error", error: frameError(body.errorFrame) };
  }
  if (!body.streamed) return wholeOutcome(body, end);
  if (body.ended || (body.complete && end.type === "ended")) return { status: "ok", streamEnd: "complete" };
  switch (end.type) {
    case "ended":
      return { status: "error", streamEnd: "protocol_error", error: cutError() };
    case "cancelled":
      return { status: "ok", streamEnd: "consumer_cancelled", failure: "aborted" };
    case "failed":
      return failedOutcome(end.error);
    case "aborted":
      return { status: "ok", streamEnd: "aborted", failure: "aborted" };
    case "idle":
    case "shutdown":
      return { status: "ok", streamEnd: end.type };
  }
}

function wholeOutcome(body: ResponseBody, end: ReadEnd): Outcome {
  if (end.type === "failed") return failedOutcome(end.error);
  const isRubbish = end.type === "ended" && body.expectsJson && body.text !== undefined && body.json() === undefined;
  if (isRubbish && !body.isCut && body.text !== "") return { status: "error", error: rubbishError(body.text) };
  return end.type === "ended" ? { status: "ok" } : { status: "ok", streamEnd: STREAM_ENDS[end.type] };
}

function failedOutcome(error: unknown): Outcome {
  const failure: FailureKind = failureOf(error) ?? "connection";
  if (failure === "aborted") return { status: "ok", streamEnd: "aborted", failure };
  return { status: "error", streamEnd: "network_error", failure, error: eventError(error) };
}

function frameError(frame: Json): EventError {
  const error = isRawObject(frame) ? frame : {};
  const type = error["type"] ?? error["code"] ?? error["status"];
  const message = error["message"];
  return {
    type: typeof type === "string" ? type : "StreamError",
    msg: typeof message === "string" ? message : "The provider reported an error in mid-stream.",
    tb: null,
    status_code: null,
    body: frame,
  };
}

function cutError(): EventError {
  const msg = "The stream ended before the provider said that the answer is over.";
  return { type: "IncompleteStream", msg, tb: null, status_code: null };
}

function rubbishError(text: string | undefined): EventError {
  const msg = "The answer is no JSON.";
  return { type: "MalformedResponse", msg, tb: null, status_code: null, body: (text ?? "").slice(0, 4096) };
}

const STREAM_ENDS: Readonly<Record<Exclude<ReadEnd["type"], "ended" | "failed">, StreamEnd>> = {
  cancelled: "consumer_cancelled",
  aborted: "aborted",
  idle: "idle",
  shutdown: "shutdown",
};
