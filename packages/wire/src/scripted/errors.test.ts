import { describe, expect, test } from "vitest";
import {
  createAnthropicAssembler,
  createOpenAIChatAssembler,
  createOpenAIResponsesAssembler,
  errorOfResponse,
  SseDecoder,
  type ProviderErrorKind,
} from "../index.ts";
import { encodeError, type ErrorDialect } from "./errors.ts";

const kinds: readonly ProviderErrorKind[] = [
  "authentication",
  "permission",
  "not_found",
  "invalid_request",
  "too_large",
  "rate_limit",
  "quota",
  "overloaded",
  "server",
  "timeout",
];
const assemblers = {
  "openai-chat": createOpenAIChatAssembler,
  "openai-responses": createOpenAIResponsesAssembler,
  anthropic: createAnthropicAssembler,
};

describe.each(["openai-chat", "openai-responses", "anthropic"] as const)("%s", (dialect: ErrorDialect) => {
  test.each(kinds)("%s is understood as what it is", (kind) => {
    const { status, body } = encodeError(dialect, { kind, message: "Because." });
    expect(errorOfResponse({ status, body })).toMatchObject({ kind, message: "Because." });
  });

  test("in a stream it ends the answer", () => {
    const { event } = encodeError(dialect, { kind: "rate_limit", message: "Slow down." });
    const assembler = assemblers[dialect]();
    for (const { data } of new SseDecoder().push(new TextEncoder().encode(event))) assembler.pushData(data);
    expect(assembler.finish()).toMatchObject({ complete: false, error: { kind: "rate_limit", message: "Slow down." } });
  });
});

test("the bodies have the providers' shapes", () => {
  expect(encodeError("openai-chat", { kind: "quota", message: "No." })).toEqual({
    status: 429,
    body: { error: { message: "No.", type: "insufficient_quota", param: null, code: "insufficient_quota" } },
    event: 'data: {"error":{"message":"No.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}\n\n',
  });
  expect(encodeError("anthropic", { kind: "overloaded", message: "No.", requestId: "req_1" })).toMatchObject({
    status: 529,
    body: { type: "error", error: { type: "overloaded_error", message: "No." }, request_id: "req_1" },
  });
});
