import { expect, test } from "vitest";
import { beginStream, CHAT, chatEvents, json, startMockUpstream } from "../../test/gateway/mock-upstream.ts";
import { startTestGateway } from "../../test/gateway/parts.ts";
import { call } from "../../test/gateway/raw-client.ts";
import { UsageSurplus, type TokenCounts } from "./usage-surplus.ts";

const counts = (input: number, output: number): TokenCounts => ({ input, output });

test("what a provider counts beyond the estimate is expected of the next requests, and less with every one without it", () => {
  const surplus = new UsageSurplus();
  surplus.learn("m", counts(100, 10), counts(90, 10));
  expect(surplus.of("m")).toEqual(counts(0, 0));
  surplus.learn("m", counts(100, 10), counts(1100, 5));
  surplus.learn("m", counts(100, 10), counts(600, 50));
  expect([surplus.of("m"), surplus.of("other")]).toEqual([counts(950, 40), counts(0, 0)]);
  for (let time = 0; time < 200; time += 1) surplus.learn("m", counts(100, 10), counts(90, 9));
  expect(surplus.of("m")).toEqual(counts(0, 0));
});

test("names of models that callers make up fill no memory", () => {
  const surplus = new UsageSurplus();
  for (let number = 0; number < 1001; number += 1) surplus.learn(`m${number}`, counts(0, 0), counts(5, 0));
  expect([surplus.of("m0"), surplus.of("m1000")]).toEqual([counts(0, 0), counts(5, 0)]);
});

test.each([
  ["whole", false],
  ["in a stream", true],
])("of an answer that came %s it is set aside for the next request to the same model", async (_, stream) => {
  const usage = { prompt_tokens: 5000, completion_tokens: 30, total_tokens: 5030 };
  await using upstream = await startMockUpstream((_request, response) => {
    if (stream) beginStream(response);
    if (stream)
      response.end(
        chatEvents(2, true)
          .join("")
          .replace(/"usage":\{[^}]*\}/, `"usage":${JSON.stringify(usage)}`),
      );
    else json(response, { ...CHAT, usage });
  });
  await using gateway = await startTestGateway(upstream.url);
  for (const model of ["m", "m", "n", "m"])
    await call(`${gateway.url}/v1/openai/chat/completions`, JSON.stringify({ model, max_tokens: 10, stream }));
  const [first = 0, second = 0, other = 0, third = 0] = gateway.reservations.map(({ query }) => query.worstTokens);
  expect([first, other]).toEqual([first, first]);
  expect([second, third]).toEqual([5030, 5030]);
  expect(first).toBeLessThan(50);
});
