import { expect, test } from "vitest";
import { beginStream, CHAT, chatEvents, json, startMockUpstream } from "../../test/gateway/mock-upstream.ts";
import { startTestGateway } from "../../test/gateway/parts.ts";
import { call } from "../../test/gateway/raw-client.ts";
import { InputSurplus } from "./input-surplus.ts";

test("what a provider counts beyond the estimate is expected of the next requests, and less with every one without it", () => {
  const surplus = new InputSurplus();
  surplus.learn("m", 100, 90);
  expect(surplus.of("m")).toBe(0);
  surplus.learn("m", 100, 1100);
  surplus.learn("m", 100, 600);
  expect([surplus.of("m"), surplus.of("other")]).toEqual([950, 0]);
  for (let time = 0; time < 200; time += 1) surplus.learn("m", 100, 90);
  expect(surplus.of("m")).toBe(0);
});

test("names of models that callers make up fill no memory", () => {
  const surplus = new InputSurplus();
  for (let number = 0; number < 1001; number += 1) surplus.learn(`m${number}`, 0, 5);
  expect([surplus.of("m0"), surplus.of("m1000")]).toEqual([0, 5]);
});

test.each([
  ["whole", false],
  ["in a stream", true],
])("of an answer that came %s it is set aside for the next request to the same model", async (_, stream) => {
  const usage = { prompt_tokens: 5000, completion_tokens: 3, total_tokens: 5003 };
  await using upstream = await startMockUpstream((_request, response) => {
    if (stream) beginStream(response);
    if (stream)
      response.end(
        chatEvents(2, true)
          .join("")
          .replace(/"prompt_tokens":\d+/, '"prompt_tokens":5000'),
      );
    else json(response, { ...CHAT, usage });
  });
  await using gateway = await startTestGateway(upstream.url);
  for (const model of ["m", "m", "n", "m"])
    await call(`${gateway.url}/v1/openai/chat/completions`, JSON.stringify({ model, max_tokens: 10, stream }));
  const [first = 0, second = 0, other = 0, third = 0] = gateway.reservations.map(({ query }) => query.worstTokens);
  expect([first, other]).toEqual([first, first]);
  expect([second, third]).toEqual([5010, 5010]);
  expect(first).toBeLessThan(50);
});
