import { describe, expect, test } from "vitest";
import { protocolOf, routeOf } from "./route.ts";

const upstreams = new Set(["openai", "anthropic", "openrouter"]);
const route = (target: string, method = "POST") => routeOf(method, target, (id) => upstreams.has(id));

describe("the endpoints", () => {
  test.each([
    ["POST", "/v1/chat/completions", "chat.completions", undefined, "/chat/completions"],
    ["POST", "/v1/openai/chat/completions", "chat.completions", "openai", "/chat/completions"],
    ["POST", "/v1/openai/v1/chat/completions", "chat.completions", "openai", "/chat/completions"],
    ["POST", "/v1/responses", "responses", undefined, "/responses"],
    ["GET", "/v1/responses/resp_1", "other", undefined, "/responses/resp_1"],
    ["DELETE", "/v1/openai/responses/resp_1", "other", "openai", "/responses/resp_1"],
    ["POST", "/v1/responses/resp_1/cancel", "other", undefined, "/responses/resp_1/cancel"],
    ["POST", "/v1/messages", "messages", undefined, "/messages"],
    ["POST", "/v1/anthropic/messages", "messages", "anthropic", "/messages"],
    ["POST", "/v1/anthropic/v1/messages", "messages", "anthropic", "/messages"],
    ["POST", "/v1/anthropic/v1/messages/count_tokens", "messages.count_tokens", "anthropic", "/messages/count_tokens"],
    ["POST", "/v1/embeddings", "embeddings", undefined, "/embeddings"],
    ["GET", "/v1/models", "other", undefined, "/models"],
    ["GET", "/v1/openrouter/models/openai/gpt-5", "other", "openrouter", "/models/openai/gpt-5"],
  ] as const)("%s %s", (method, target, endpoint, upstream, resource) => {
    expect(route(target, method)).toMatchObject({ endpoint, upstream, resource, query: "", isKnown: true });
  });

  test("keep their query", () => {
    expect(route("/v1/messages?beta=true")).toMatchObject({ resource: "/messages", query: "?beta=true" });
  });

  test("a path below /v1/ that nobody knows may still be passed on", () => {
    expect(route("/v1/openai/files")).toMatchObject({ isKnown: false, upstream: "openai", resource: "/files" });
    expect(route("/v1/mistral/chat/completions")).toMatchObject({ isKnown: false, upstream: undefined });
  });
});

test.each(["/", "/v1", "/v2/messages", "/chat/completions", "http://x/v1/messages", "/v1/tessera/batches/tb_1", "*"])(
  "%s is unknown",
  (target) => {
    expect(() => route(target)).toThrow(
      expect.objectContaining({ status: 404, code: "tessera_unknown_route" }) as Error,
    );
  },
);

test.each([
  "/v1/openai/../anthropic/v1/messages",
  "/v1/openai/%2e%2e/admin",
  "/v1/openai/%2E./admin",
  "/v1/openai%2fchat/completions",
  "/v1/openai%5cchat/completions",
  "/v1//chat/completions",
  "/v1/./chat/completions",
  "/v1/responses/%00",
  "/v1/responses/%252e",
  "/v1/responses/..",
  "/v1\\chat/completions",
  "/v1%2fchat/completions",
  "/v1%2Fmessages",
  "/%76%31/messages",
  "/v1/%63hat/completions",
  "/v1/m%65ssages",
  "/v1/chat%5Fcompletions",
  "//v1/messages",
  "/../v1/messages",
  "/v1/Chat/Completions",
  "/v1/openai/chat/completions/",
])("%s could be read in two ways, and is refused", (target) => {
  expect(() => route(target)).toThrow(/path|gateway/);
  expect(() => route(target)).toThrow(expect.objectContaining({ status: 400, retryAfterMs: undefined }) as Error);
});

test("a method that a path does not have is told, with those that it has", () => {
  expect(() => route("/v1/messages", "PUT")).toThrow(
    expect.objectContaining({ status: 405, headers: ["allow", "POST"] }) as Error,
  );
});

test("the protocol follows from endpoint and dialect", () => {
  expect(protocolOf("chat.completions", "openai")).toBe("openai-chat");
  expect(protocolOf("responses", "openai")).toBe("openai-responses");
  expect(protocolOf("messages", "anthropic")).toBe("anthropic");
});
