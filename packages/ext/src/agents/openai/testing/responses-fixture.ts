import { isObject, type Json, type JsonObject } from "@tesserae/core";
import { events, json, type BodyReply, type EventsReply, type TestEvent } from "../../../testing/test-reply.ts";
import { startTestServer, type TestServer } from "../../../testing/test-server.ts";
import { OpenAIAgent } from "../responses/openai-agent.ts";
import type { OpenAIAgentOptions } from "../responses/options.ts";

/** An answer of the Responses API with these items. */
export function answer(id: string, output: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    id,
    object: "response",
    created_at: 0,
    model: "gpt-4.1",
    status: "completed",
    error: null,
    incomplete_details: null,
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    },
    output,
    ...more,
  };
}

/** A message of the model. */
export function said(text: string, annotations: readonly Json[] = []): JsonObject {
  return {
    type: "message",
    id: "msg_1",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations }],
  };
}

/** A call of a function. */
export function called(id: string, name: string, args: JsonObject): JsonObject {
  return {
    type: "function_call",
    id: `fc_${id}`,
    call_id: id,
    name,
    arguments: JSON.stringify(args),
    status: "completed",
  };
}

/** A whole answer, ready to be sent. */
export function whole(...given: Parameters<typeof answer>): BodyReply {
  return json(answer(...given));
}

/** An answer of one text in these pieces, as a stream. */
export function streamed(id: string, pieces: readonly string[]): EventsReply {
  const list: TestEvent[] = [named("response.created", { response: answer(id, [], { status: "in_progress" }) })];
  for (const delta of pieces) {
    list.push(named("response.output_text.delta", { output_index: 0, content_index: 0, item_id: "msg_1", delta }));
  }
  list.push(named("response.completed", { response: answer(id, [said(pieces.join(""))]) }));
  return events(list);
}

function named(type: string, data: JsonObject): TestEvent {
  return { event: type, data: { type, ...data } };
}

/** A picture of one point. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A server of the Responses API with agents on it, closed together. */
export class ResponsesFixture {
  readonly server: TestServer;
  readonly #agents: OpenAIAgent[] = [];

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(): Promise<ResponsesFixture> {
    return new ResponsesFixture(await startTestServer());
  }

  /** An agent of the server; `gpt-4.1` unless the options say else. */
  agent(options: Partial<OpenAIAgentOptions> = {}): OpenAIAgent {
    const agent = new OpenAIAgent({
      name: "helper",
      description: "Helps",
      model: "gpt-4.1",
      instructions: "Be brief.",
      client: { baseUrl: `${this.server.url}/v1`, apiKey: "sk-test", provider: "openai", retry: { maxRetries: 0 } },
      ...options,
    });
    this.#agents.push(agent);
    return agent;
  }

  /** The bodies of the requests so far. */
  get bodies(): readonly JsonObject[] {
    return this.server.requests.map(({ body }) => body).filter((body): body is JsonObject => isObject(body));
  }

  async close(): Promise<void> {
    for (const agent of this.#agents) await agent.close();
    await this.server.close();
  }
}
