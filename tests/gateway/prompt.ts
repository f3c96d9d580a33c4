import { isObject } from "@tesserae/core";

/** The protocols in which the gateway is asked. */
export type Form = "chat" | "responses" | "messages";

/**
 * What becomes of a call: a whole answer; a status; 503 once, then a whole answer; nothing at all; a stream that stops
 * after so many parts, and waits or breaks off there.
 */
export type Fate =
  | { readonly is: "answer" | "flaky" | "silence" }
  | { readonly is: "status"; readonly status: number }
  | { readonly is: "hold" | "cut"; readonly parts: number };

/** A question: it tells the provider, by its text, what to answer. */
export interface Prompt {
  readonly number: number;
  readonly form: Form;
  readonly model: string;
  readonly stream: boolean;
  /** Whether a streamed chat asks for its usage. */
  readonly asksUsage: boolean;
  readonly fate: Fate;
}

/** A part of every answer's text. */
export const PART = "Fünf Kacheln. ";

/** Where a form is asked, behind `/v1`. */
export const PATHS: Readonly<Record<Form, string>> = {
  chat: "chat/completions",
  responses: "responses",
  messages: "messages",
};

/** The request's body. The same prompt gives the same bytes. */
export function bodyOf(prompt: Prompt): string {
  const { form, model, stream, asksUsage, number, fate } = prompt;
  const content = JSON.stringify({ number, fate });
  const common = { model, temperature: 0, ...(stream ? { stream } : {}) };
  if (form === "responses") return JSON.stringify({ ...common, store: false, input: content });
  const messages = [{ role: "user", content }];
  if (form === "messages") return JSON.stringify({ ...common, max_tokens: 1000, messages });
  return JSON.stringify({ ...common, messages, ...(asksUsage ? { stream_options: { include_usage: true } } : {}) });
}

/** The prompt of a request that came to the provider. */
export function promptOf(path: string, body: unknown): Prompt {
  const asked = isObject(body) ? body : {};
  const form: Form = path.endsWith("/responses") ? "responses" : path.endsWith("/messages") ? "messages" : "chat";
  const content: { readonly number: number; readonly fate: Fate } = JSON.parse(contentOf(asked));
  return {
    ...content,
    form,
    model: String(asked["model"]),
    stream: asked["stream"] === true,
    asksUsage: isObject(asked["stream_options"]),
  };
}

function contentOf(body: Readonly<Record<string, unknown>>): string {
  if (typeof body["input"] === "string") return body["input"];
  const [message]: readonly unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  return isObject(message) ? String(message["content"]) : "";
}
