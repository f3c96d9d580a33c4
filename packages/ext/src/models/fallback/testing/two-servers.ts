import type { ModelInfo } from "@tesserae/core";
import { OpenAIFixture } from "../../../testing/openai-fixture.ts";
import { json, type TestReply } from "../../../testing/test-reply.ts";
import type { OpenAIChatCompletionClient } from "../../openai/index.ts";
import { FallbackChatCompletionClient } from "../fallback-chat-completion-client.ts";
import type { FallbackOptions, ModelSwitch } from "../options.ts";

/** A model that can do everything. */
export const CAN: ModelInfo = {
  vision: true,
  functionCalling: true,
  jsonOutput: true,
  structuredOutput: true,
  family: "unknown",
};

/** The answer of a server that does not work. */
export function down(status = 503): TestReply {
  return json({ error: { message: "out of order" } }, { status });
}

/** What a call fails with; `undefined` when it does not. */
export function thrown(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** A fallback of two clients, each of a server of its own. */
export interface Pair {
  readonly client: FallbackChatCompletionClient;
  readonly one: OpenAIChatCompletionClient;
  readonly two: OpenAIChatCompletionClient;
  readonly switches: readonly ModelSwitch[];
}

/** Two servers, closed together. */
export class TwoServers {
  readonly first: OpenAIFixture;
  readonly second: OpenAIFixture;

  private constructor(first: OpenAIFixture, second: OpenAIFixture) {
    this.first = first;
    this.second = second;
  }

  static async start(): Promise<TwoServers> {
    return new TwoServers(await OpenAIFixture.start(), await OpenAIFixture.start());
  }

  /** Clients of both, which do not try again by themselves. */
  pair(options: Partial<FallbackOptions> = {}): Pair {
    const one = this.first.client({ model: "gpt-4o", maxRetries: 0, provider: "openai" });
    const two = this.second.client({ model: "gpt-4o-mini", maxRetries: 0, provider: "openai" });
    const switches: ModelSwitch[] = [];
    const onSwitch = (change: ModelSwitch): void => void switches.push(change);
    const client = new FallbackChatCompletionClient({ clients: [one, two], onSwitch, ...options });
    return { client, one, two, switches };
  }

  async close(): Promise<void> {
    await this.second.close();
    await this.first.close();
  }
}
