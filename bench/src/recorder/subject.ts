/** One call of the openai SDK, whole and streamed, with a `fetch` that answers at once: what a recorder adds to it. */
import OpenAI from "openai";
import { check, type Subject } from "../lib/subject.ts";

/** Deltas of a streamed answer. */
const DELTAS = 100;

/** The cases. `keep` counts what was recorded of calls that follow one another as fast as they can. */
export type Case = "call" | "stream of 100";

const WORDS = "word ".repeat(80);
const PROMPT = "The quick brown fox jumps over the lazy dog. ".repeat(60);
const common = { id: "chatcmpl-1", created: 1, model: "gpt-4o-mini" };
const usage = { prompt_tokens: 600, completion_tokens: 80, total_tokens: 680 };
const whole = JSON.stringify({
  ...common,
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: WORDS, refusal: null }, finish_reason: "stop", logprobs: null },
  ],
  usage,
});
const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const stream = [
  chunk({ role: "assistant", content: "" }, null),
  ...Array.from({ length: DELTAS }, () => chunk({ content: "word " }, null)),
  `${chunk({}, "stop")}data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [], usage })}\n\ndata: [DONE]\n\n`,
].map((text) => new TextEncoder().encode(text));

/** A `fetch` without a network. */
const answer: typeof fetch = async (_url, init) => {
  if (typeof init?.body !== "string" || !init.body.includes('"stream":true'))
    return new Response(whole, { headers: { "content-type": "application/json" } });
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of stream) controller.enqueue(part);
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

/** A client of the SDK whose calls reach no network. */
export function client(): OpenAI {
  return new OpenAI({ apiKey: "sk-bench", baseURL: "https://api.openai.com/v1", fetch: answer });
}

const messages = [{ role: "user" as const, content: PROMPT }];

/** The cases with a client. */
export function sdkCases(openai: OpenAI): Subject<Case> {
  return {
    call: async (units) => {
      for (let index = 0; index < units; index += 1) {
        const result = await openai.chat.completions.create({ model: "gpt-4o-mini", messages });
        check(result.choices[0]?.message.content, WORDS, "answer");
      }
    },
    "stream of 100": async (units) => {
      for (let index = 0; index < units; index += 1) {
        let count = 0;
        const parts = await openai.chat.completions.create({
          model: "gpt-4o-mini",
          messages,
          stream: true,
          stream_options: { include_usage: true },
        });
        for await (const part of parts) if (part.choices[0]?.delta.content === "word ") count += 1;
        check(count, DELTAS, "deltas");
      }
    },
  };
}
