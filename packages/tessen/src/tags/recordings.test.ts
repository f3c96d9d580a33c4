import type { Json, Protocol } from "@tesserae/wire";
import { createStreamBody } from "@tesserae/wire/stream-body";
import { expect, test } from "vitest";
import { dataOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../../wire/test/recordings.ts";
import { tagsOf } from "./tags-of.ts";

const PROTOCOLS: readonly (readonly [RegExp, Protocol])[] = [
  [/\/chat\/completions$/, "openai-chat"],
  [/\/responses$/, "openai-responses"],
  [/\/messages$/, "anthropic"],
  [/[gG]enerateContent$/, "gemini"],
  [/\/api\/chat$/, "ollama"],
];

test.skipIf(RECORDINGS === undefined)(`real traffic has the tags that it deserves, and no others ${SKIPPED}`, () => {
  const found: Record<string, string[]> = {};
  let looked = 0;
  for (const exchange of recordedExchanges(() => true)) {
    const protocol = PROTOCOLS.find(([path]) => path.test(exchange.url.split("?")[0] ?? ""))?.[1];
    if (protocol === undefined) continue;
    looked += 1;
    const streamed = isStream(exchange);
    const body = createStreamBody(protocol);
    if (streamed) for (const data of dataOfStream(exchange.body)) body.push(data);
    const { signals } = tagsOf({
      protocol,
      provider: "any",
      status: exchange.status < 400 ? "ok" : "error",
      httpStatus: exchange.status,
      streamed,
      request: exchange.request as Json,
      response: streamed ? body.body() : (exchange.body as Json),
    });
    for (const tag of signals) (found[tag] ??= []).push(exchange.name);
  }
  expect(looked).toBeGreaterThan(300);
  const counts = Object.entries(found).map(([tag, names]) => [tag, names.length]);
  expect(Object.fromEntries(counts)).toEqual({ invalid_request: 6, not_found: 1, refusal: 1, truncated_response: 2 });
  expect(found["truncated_response"]?.every((name) => name.includes("max-tokens"))).toBe(true);
  expect(found["refusal"]).toEqual(["gemini/google-google-model-safety-settings.json #0"]);
});
