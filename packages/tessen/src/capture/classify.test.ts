import { expect, test } from "vitest";
import { modelEndpoint } from "./classify.ts";

test.each([
  ["/v1/chat/completions", "chat.completions.create", "openai-chat"],
  ["/openai/deployments/gpt/chat/completions", "chat.completions.create", "openai-chat"],
  ["/v1/completions", "completions.create", "openai-chat"],
  ["/v1/fim/completions", "fim.complete", "openai-chat"],
  ["/v1/responses", "responses.create", "openai-responses"],
  ["/v1/embeddings", "embeddings.create", "openai-chat"],
  ["/v1/messages", "messages.create", "anthropic"],
  ["/v1/messages/count_tokens", "messages.count_tokens", "anthropic"],
  ["/v1/messages/batches", "messages.batches.create", "anthropic"],
  ["/v1beta/models/gemini-2.5-pro:generateContent", "models.generate_content", "gemini"],
  ["/v1beta/models/gemini-2.5-pro:streamGenerateContent", "models.generate_content_stream", "gemini"],
  ["/api/chat", "chat", "ollama"],
])("POST %s is %s", (path, surface, protocol) => {
  expect(modelEndpoint("POST", path)).toEqual({ surface, protocol });
  expect(modelEndpoint("GET", path)).toBeUndefined();
});

test.each(["/v1/files", "/v1/models", "/v1/responses/resp_1/cancel", "/v1/messages/batches/b_1/cancel", "/"])(
  "POST %s asks nothing of a model",
  (path) => expect(modelEndpoint("POST", path)).toBeUndefined(),
);
