import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { answerOf, CALLS } from "../../../test/mechanics/answers.ts";
import type { AnswerForm, RequestKey } from "../key/request-key.ts";
import { askedForm, contentTypeOf, inForm } from "./answer-forms.ts";

const answering = (body: Buffer, form: AnswerForm): typeof fetch => {
  return () =>
    Promise.resolve(new Response(new Uint8Array(body), { headers: { "content-type": contentTypeOf(form) } }));
};
const openai = (body: Buffer, form: AnswerForm): OpenAI =>
  new OpenAI({ apiKey: "k", fetch: answering(body, form), maxRetries: 0 });
const anthropic = (body: Buffer, form: AnswerForm): Anthropic =>
  new Anthropic({ apiKey: "k", fetch: answering(body, form), maxRetries: 0 });
const chat = { model: "m", messages: [{ role: "user" as const, content: "q" }] };

const chatOf = async (body: Buffer, form: AnswerForm): Promise<unknown> => {
  const { completions } = openai(body, form).chat;
  return form === "json"
    ? await completions.create(chat)
    : await completions.stream({ ...chat, stream: true }).finalChatCompletion();
};
const messageOf = async (body: Buffer, form: AnswerForm): Promise<unknown> => {
  const { messages } = anthropic(body, form);
  const request = { ...chat, max_tokens: 9 };
  return form === "json" ? await messages.create(request) : await messages.stream(request).finalMessage();
};
const responseOf = async (body: Buffer, form: AnswerForm): Promise<unknown> => {
  const { responses } = openai(body, form);
  const request = { model: "m", input: "q" };
  return form === "json" ? await responses.create(request) : await responses.stream(request).finalResponse();
};

/** What was on the wire of what an SDK made. */
const wireOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member: unknown) => (ADDED.has(name) || member === null ? undefined : member)),
  );
const ADDED: ReadonlySet<string> = new Set(["parsed", "parsed_arguments", "output_text", "_request_id", "object"]);

describe.each([
  ["openai-chat", "chat.completions", chatOf],
  ["anthropic", "messages", messageOf],
  ["openai-responses", "responses", responseOf],
] as const)("%s", (protocol, endpoint, read) => {
  const json = answerOf(CALLS, "json", endpoint).body;
  const sse = answerOf(CALLS, "sse", endpoint).body;
  const made = (from: Buffer, form: AnswerForm, asked: "json" | "sse-usage"): Buffer =>
    inForm(protocol, from, form, asked) ?? expect.unreachable();

  test("stored as JSON and asked for as a stream, the SDK makes the same of it, calls of tools included", async () => {
    const streamed = await read(made(json, "json", "sse-usage"), "sse");
    expect(wireOf(streamed)).toEqual(wireOf(await read(json, "json")));
    expect(JSON.stringify(streamed)).toContain("call_2");
  });

  test("stored as a stream and asked for as JSON, likewise", async () => {
    const whole = await read(made(sse, "sse", "json"), "json");
    expect(wireOf(whole)).toEqual(wireOf(await read(sse, "sse")));
    expect(JSON.stringify(whole)).toContain("call_2");
  });

  test("the same form is the same bytes, and a conversion is the same each time", () => {
    expect(made(json, "json", "json")).toBe(json);
    expect(made(sse, "sse", "sse-usage")).toBe(sse);
    expect(made(json, "json", "sse-usage").equals(made(json, "json", "sse-usage"))).toBe(true);
  });
});

describe("the usage at the end of a chat's stream", () => {
  const json = answerOf(CALLS).body;
  const sse = answerOf(CALLS, "sse").body;
  const chunks = (body: Buffer | undefined): string[] =>
    (body?.toString() ?? "").split("\n\n").filter((event) => event.includes('"choices":[]'));

  test("is there for who asks for it, and only then", () => {
    for (const [body, form] of [
      [json, "json"],
      [sse, "sse"],
    ] as const) {
      expect(chunks(inForm("openai-chat", body, form, "sse-usage"))).toHaveLength(1);
      expect(chunks(inForm("openai-chat", body, form, "sse"))).toHaveLength(0);
      expect(inForm("openai-chat", body, form, "sse")?.toString()).toMatch(/data: \[DONE\]\n\n$/);
    }
  });

  test("is asked for by a request as its key says", () => {
    const key = (given: Partial<RequestKey>): RequestKey => ({
      key: "",
      temperature: 0,
      form: "sse",
      asksUsage: false,
      ...given,
    });
    expect(askedForm(key({}), "openai-chat")).toBe("sse");
    expect(askedForm(key({ asksUsage: true }), "openai-chat")).toBe("sse-usage");
    expect(askedForm(key({}), "anthropic")).toBe("sse-usage");
    expect(askedForm(key({ form: "json" }), "openai-chat")).toBe("json");
  });
});

test("what cannot be made is not: a stream that broke off, a body that is none or is nested too deeply", () => {
  const sse = answerOf(CALLS, "sse").body;
  expect(inForm("openai-chat", sse.subarray(0, 300), "sse", "json")).toBeUndefined();
  expect(inForm("openai-chat", Buffer.from("<html>"), "json", "sse")).toBeUndefined();
  const deep = `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect(inForm("openai-chat", Buffer.from(deep), "json", "sse")).toBeUndefined();
});
