import type { Reply } from "./answer-source.ts";
import { errorReply } from "./errors.ts";
import { jsonReply } from "./replies.ts";
import type { TrafficRequest } from "./traffic-request.ts";

/**
 * The answer to `GET /v1/models` and `GET /v1/models/NAME`, in Anthropic's form where its version header is sent, else
 * in OpenAI's; `undefined` for other requests.
 */
export function modelsReply({ method, path, headers }: TrafficRequest, models: readonly string[]): Reply | undefined {
  const [, name] = /\/models(?:\/(.+))?$/.exec(path) ?? ["", null];
  if (method !== "GET" || name === null) return undefined;
  const isAnthropic = headers["anthropic-version"] !== undefined;
  const form = isAnthropic ? anthropicModel : openAIModel;
  if (name !== undefined) {
    const id = models.find((model) => model === name || encodeURIComponent(model) === name);
    if (id !== undefined) return jsonReply(200, form(id));
    const message = `There is no model "${name}" here. There is: ${models.join(", ")}.`;
    return errorReply(isAnthropic ? "anthropic" : "openai-chat", { kind: "not_found", message });
  }
  const data = models.map((id) => form(id));
  const ends = { first_id: models[0] ?? null, last_id: models.at(-1) ?? null, has_more: false };
  return jsonReply(200, isAnthropic ? { data, ...ends } : { object: "list", data });
}

function openAIModel(id: string): object {
  return { id, object: "model", created: 0, owned_by: "tessen" };
}

function anthropicModel(id: string): object {
  return { type: "model", id, display_name: id, created_at: "1970-01-01T00:00:00Z" };
}
