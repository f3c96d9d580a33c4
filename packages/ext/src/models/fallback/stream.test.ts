import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  chunk,
  collect,
  completion,
  HELLO,
  type OpenAIFixture,
  stream,
  usageChunk,
} from "../../testing/openai-fixture.ts";
import type { FallbackOptions } from "./options.ts";
import { down, thrown, TwoServers, type Pair } from "./testing/two-servers.ts";

let servers: TwoServers;
let first: OpenAIFixture;
let second: OpenAIFixture;
beforeEach(async () => {
  servers = await TwoServers.start();
  ({ first, second } = servers);
});
afterEach(async () => {
  await servers.close();
});

const pair = (options?: Partial<FallbackOptions>): Pair => servers.pair(options);

describe("a stream", () => {
  const words = stream(chunk({ content: "two " }), chunk({ content: "words" }, "stop"), usageChunk(3, 2));

  test("changes the client before its first piece", async () => {
    const { client, two, switches } = pair();
    first.server.next(down());
    second.server.next(words);
    const { texts, result } = await collect(client.createStream(HELLO));
    expect(texts).toEqual(["two ", "words"]);
    expect(result).toMatchObject({ content: "two words", cost: two.cost({ promptTokens: 3, completionTokens: 2 }) });
    expect(switches.length).toBe(1);
  });

  test("does not when it breaks in its middle: what came was handed over, then the error", async () => {
    const { client, switches } = pair();
    const reply = stream(chunk({ content: "one " }), chunk({ content: "more" }, "stop"));
    first.server.next({ type: "cut", afterBytes: 170, reply });
    const texts: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const item of client.createStream(HELLO)) if (typeof item === "string") texts.push(item);
    };
    expect(await thrown(reading())).toMatchObject({ code: "ERR_MODEL_STREAM_CUT" });
    expect(texts).toEqual(["one "]);
    expect(second.server.requests).toEqual([]);
    expect(switches).toEqual([]);
    // It counts as a failure all the same: the next call begins with the other.
    second.server.next(completion({ content: "two" }));
    expect((await client.create(HELLO)).content).toBe("two");
  });

  test("that is left lets the connection go", async () => {
    const { client } = pair();
    let leave = (): void => {};
    const gone = new Promise<void>((resolve) => (leave = resolve));
    first.server.next({
      type: "stream",
      headers: { "content-type": "text/event-stream" },
      write: async (out) => {
        await out.event(chunk({ content: "one" }));
        await out.whenClosed;
        leave();
      },
    });
    for await (const item of client.createStream(HELLO)) if (item === "one") break;
    await gone;
    expect(first.server.requests.length).toBe(1);
  });

  test("fails with both errors when nobody begins", async () => {
    const { client } = pair();
    first.server.next(down(500));
    second.server.next(down(500));
    expect(await thrown(collect(client.createStream(HELLO)))).toMatchObject({
      cause: [{ status: 500 }, { status: 500 }],
    });
  });
});
