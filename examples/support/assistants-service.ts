/** A service that speaks as much of the Assistants API as a turn needs, for the example that asks it in OpenAI's place. */
import type { JsonObject } from "@tesserae/core";
import { json, startTestServer, type TestServer } from "@tesserae/ext/testing";

/** Starts the service; every run ends at once with this text. */
export function startAssistantsService(text: string): Promise<TestServer> {
  return startTestServer(({ method, path }) => json(answer(`${method} ${path.replace(/\?.*/, "")}`, text)));
}

function answer(request: string, text: string): JsonObject {
  switch (request) {
    case "POST /assistants":
      return { id: "asst_1" };
    case "POST /threads":
      return { id: "thread_1" };
    case "POST /files":
      return { id: "file_1" };
    case "POST /threads/thread_1/runs":
      return { id: "run_1", status: "queued" };
    case "GET /threads/thread_1/runs/run_1":
      return { id: "run_1", status: "completed", usage: { prompt_tokens: 90, completion_tokens: 12 } };
    case "GET /threads/thread_1/messages":
      return { data: [{ id: "msg_1", content: [{ type: "text", text: { value: text } }] }], has_more: false };
    default:
      return { id: "done", tool_resources: null };
  }
}
