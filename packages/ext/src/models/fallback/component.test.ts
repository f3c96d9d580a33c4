import { dumpComponent } from "@tesserae/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { completion, HELLO, type OpenAIFixture } from "../../testing/openai-fixture.ts";
import { ReplayChatCompletionClient } from "../replay/index.ts";
import { FallbackChatCompletionClient } from "./fallback-chat-completion-client.ts";
import type { FallbackOptions } from "./options.ts";
import { TwoServers, type Pair } from "./testing/two-servers.ts";

let servers: TwoServers;
let first: OpenAIFixture;
beforeEach(async () => {
  servers = await TwoServers.start();
  ({ first } = servers);
});
afterEach(async () => {
  await servers.close();
});

const pair = (options?: Partial<FallbackOptions>): Pair => servers.pair(options);

describe("as a component", () => {
  test("it is written with its clients, and read again", async () => {
    const { client } = pair({ on: ["timeout", 503], cooldownSeconds: 5, attemptsPerClient: 2 });
    const dump = dumpComponent(client);
    expect(dump).toMatchObject({
      provider: "tesserae.ext.models.fallback.FallbackChatCompletionClient",
      component_type: "model",
      config: {
        clients: [{ config: { model: "gpt-4o" } }, { config: { model: "gpt-4o-mini" } }],
        on: ["timeout", 503],
        cooldown_seconds: 5,
        attempts_per_client: 2,
      },
    });
    const text = JSON.stringify(dump);
    expect(text).not.toContain("sk-test");
    const readable = JSON.parse(text.replaceAll('"**********"', '"$env:KEY"')) as typeof dump;
    vi.stubEnv("KEY", "sk-test");
    onTestFinished(() => void vi.unstubAllEnvs());
    const loaded = await defaultRegistry().load<FallbackChatCompletionClient>(readable, { expected: "model" });
    expect(dumpComponent(loaded)).toEqual(dump);
    first.server.next(completion({ content: "one" }));
    expect((await loaded.create(HELLO)).content).toBe("one");
    await loaded.close();
  });

  test("with the clients alone it has the defaults", async () => {
    const replay = dumpComponent(new ReplayChatCompletionClient({ chatCompletions: ["one"] }));
    const provider = "FallbackChatCompletionClient";
    const loaded = await defaultRegistry().load<FallbackChatCompletionClient>({
      provider,
      config: { clients: [replay] },
    });
    expect(loaded).toMatchObject({
      on: ["connection", "timeout", 408, 429, "5xx"],
      cooldownSeconds: 30,
      attemptsPerClient: 1,
    });
    expect((await loaded.create(HELLO)).content).toBe("one");
  });

  test.each([
    [{ clients: [] }, "/config/clients"],
    [{ clients: [{}], on: ["sometimes"] }, "/config/on/0"],
    [{ clients: [{}], cooldown_seconds: -1 }, "/config/cooldown_seconds"],
  ])("%j is refused with its place", async (config, pointer) => {
    const provider = "tesserae.ext.models.fallback.FallbackChatCompletionClient";
    await expect(defaultRegistry().load({ provider, config })).rejects.toThrow(pointer);
  });
});

test.each<[Partial<FallbackOptions>, string]>([
  [{ clients: [] }, "needs clients"],
  [{ on: [200] }, '"200" is no condition'],
  [{ on: ["often" as never] }, '"often" is no condition'],
  [{ cooldownSeconds: -1 }, "cooldownSeconds"],
  [{ cooldownSeconds: Infinity }, "cooldownSeconds"],
  [{ attemptsPerClient: 0 }, "attemptsPerClient"],
])("%j is refused", (options, text) => {
  expect(() => pair(options)).toThrow(text);
});

test("a name stands for its client", () => {
  vi.stubEnv("OPENAI_API_KEY", "sk-test");
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new FallbackChatCompletionClient({ clients: ["openai/gpt-5-mini", "ollama/qwen3"] });
  expect(client.model).toBe("gpt-5-mini | qwen3");
});
