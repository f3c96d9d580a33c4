import type { Json } from "@tesserae/wire";
import type { ModelAttempt, ModelCallResponse, ModelPayload } from "@tesserae/wire/channels";
import type { EventAttempt, EventError } from "../../events/tessen-event.ts";
import type { FailureKind, FinishedCall, KnownFacts, Place } from "../../recorder/finished-call.ts";
import { channelEventError } from "../../recorder/framework-records.ts";

/**
 * A model call of the framework as the recorder takes it: what its channel told, and the bodies and headers that were
 * seen below. A client that sends nothing by HTTP, as a scripted one, has its answer written as a chat completion.
 */
export function finishedModelCall(payload: ModelPayload, place: Place, seen: FinishedCall | undefined): FinishedCall {
  const durationMs = payload.durationMs ?? 0;
  const ok = payload.error === undefined;
  const answered = ok && seen?.response !== undefined;
  const made = ok && !answered && payload.response !== undefined ? chatCompletion(payload.response) : undefined;
  return {
    ...(seen ?? { surface: "chat.completions.create", protocol: "openai-chat" }),
    tier: 1,
    provider: payload.provider,
    callSite: null,
    place,
    startedAt: payload.startedAt,
    durationMs,
    streamed: payload.streamed,
    status: ok ? "ok" : "error",
    error: ok ? undefined : errorOf(payload, seen),
    failure: ok ? undefined : failureOf(payload),
    attempts: payload.attempts?.map((attempt) => attemptOf(attempt, seen?.httpStatus)) ?? seen?.attempts ?? [],
    httpStatus: seen?.httpStatus ?? payload.attempts?.at(-1)?.status,
    model: payload.model,
    requestText: seen?.requestText ?? JSON.stringify({ model: payload.model, ...payload.request }),
    responseText: answered ? seen.responseText : made === undefined ? undefined : JSON.stringify(made),
    response: answered ? seen.response : made,
    ttftMs: payload.firstDeltaMs ?? seen?.ttftMs,
    streamEnd: payload.streamed && ok ? "complete" : seen?.streamEnd,
    known: factsOf(payload),
  };
}

function factsOf({ usage, cost, response, cached }: ModelPayload): KnownFacts {
  return {
    usage,
    cost,
    finishReason: response?.rawFinishReason ?? response?.finishReason,
    cached,
  };
}

function errorOf(payload: ModelPayload, seen: FinishedCall | undefined): EventError | undefined {
  const error = channelEventError(payload.error);
  if (error === undefined) return undefined;
  const body = seen?.error?.body ?? error.body;
  return {
    ...error,
    status_code: seen?.httpStatus ?? payload.attempts?.at(-1)?.status ?? null,
    ...(body === undefined ? {} : { body }),
  };
}

function failureOf({ error, attempts }: ModelPayload): FailureKind | undefined {
  const kind = attempts?.at(-1)?.error?.kind;
  if (kind === "aborted" || error?.code === "ERR_ABORTED") return "aborted";
  if (kind === "timeout" || error?.code === "ERR_MODEL_TIMEOUT") return "timeout";
  const isConnection = kind === "connection" || kind === "cut_stream" || error?.code === "ERR_MODEL_CONNECTION";
  return isConnection || error?.code === "ERR_MODEL_STREAM_CUT" ? "connection" : undefined;
}

/** `answered` is the status of the answer: a client need not tell it of a request that went well. */
function attemptOf(told: ModelAttempt, answered: number | undefined): EventAttempt {
  const { attempt, startedAt, durationMs, error, waitedMs } = told;
  const status = told.status ?? (error === undefined ? answered : undefined);
  return {
    n: attempt,
    ts: startedAt / 1000,
    duration_ms: durationMs,
    ...(status === undefined ? {} : { http_status: status }),
    ...(error === undefined ? {} : { error_code: error.kind }),
    ...(error?.code === undefined ? {} : { error_type: error.code }),
    ...(error?.requestId === undefined ? {} : { request_id: error.requestId }),
    ...(error?.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
    ...(waitedMs === undefined ? {} : { waited_ms: waitedMs }),
  };
}

const FINISH_REASONS: Readonly<Record<string, string>> = { function_calls: "tool_calls", unknown: "stop" };

function chatCompletion(response: ModelCallResponse): Json {
  const calls = response.toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  const { finishReason, text, thinking, model } = response;
  return {
    object: "chat.completion",
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text === "" ? null : text,
          ...(thinking === "" ? {} : { reasoning_content: thinking }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        finish_reason: FINISH_REASONS[finishReason] ?? finishReason,
      },
    ],
  };
}
