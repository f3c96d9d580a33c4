import { bodyOf, PART, PATHS, type Fate, type Form, type Prompt } from "./prompt.ts";
import type { MeteringProvider } from "./metering-provider.ts";

/** What the caller saw of its call. */
export type Seen = "answered" | "refused" | "left" | "cut";

/** A call that was made. */
export interface Call {
  readonly tag: string;
  readonly prompt: Prompt;
  readonly status: number;
  readonly seen: Seen;
}

const FORMS: readonly Form[] = ["chat", "responses", "messages"];
const MODELS: Readonly<Record<Form, readonly string[]>> = {
  chat: ["gpt-4o-mini", "gpt-4o", "gpt-5"],
  responses: ["gpt-5-mini", "gpt-4.1"],
  messages: ["claude-sonnet-4-6", "claude-haiku-4-5"],
};
const STATUSES = [400, 401, 403, 404, 422, 429, 500, 501];
/** Of twenty calls so many are asked again that was answered before, and so many end badly. */
const TURN = 20;

/** The questions: calls of every form, plain and streamed, one in five asked before, one in four ending badly. */
export function mixedPrompts(count: number): readonly Prompt[] {
  const prompts: Prompt[] = [];
  for (let number = 0; number < count; number += 1) {
    const turn = number % TURN;
    // What was asked a round before, by another caller and perhaps at the same time: a hit, or one answer for both.
    const earlier = turn >= 11 && turn < 15 ? prompts[Math.max(turn - 11, number - TURN - 11)] : undefined;
    prompts.push(earlier ?? promptAt(number, fateAt(number, turn)));
  }
  return prompts;
}

function promptAt(number: number, fate: Fate): Prompt {
  const form = FORMS[number % 3] ?? "chat";
  const models = MODELS[form];
  const stream = fate.is === "hold" || Math.floor(number / 3) % 2 === 0;
  // What the gateway asks for in the caller's place is no part of an estimate.
  const asksUsage = form === "chat" && stream && (fate.is !== "answer" || number % 2 === 0);
  return { number, form, model: models[number % models.length] ?? "", stream, asksUsage, fate };
}

function fateAt(number: number, turn: number): Fate {
  const round = Math.floor(number / TURN);
  if (turn === 15) return { is: "status", status: STATUSES[round % STATUSES.length] ?? 400 };
  if (turn === 16) return { is: round % 2 === 0 ? "flaky" : "silence" };
  if (turn === 17 || turn === 18) return { is: "hold", parts: 1 + (round % 9) };
  return turn === 19 ? { is: "cut", parts: 1 + (round % 9) } : { is: "answer" };
}

/** Makes the calls through the gateway, eight at a time. */
export async function makeCalls(
  prompts: readonly Prompt[],
  gateway: { readonly url: string; readonly key: string },
  provider: MeteringProvider,
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const left = prompts.entries();
  const caller = async (): Promise<void> => {
    for (const [index, prompt] of left) calls.push(await makeCall(prompt, `call-${index}`, gateway, provider));
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  return calls;
}

async function makeCall(
  prompt: Prompt,
  tag: string,
  { url, key }: { readonly url: string; readonly key: string },
  provider: MeteringProvider,
): Promise<Call> {
  const { fate } = prompt;
  const leaving = new AbortController();
  const provided = prompt.form === "messages" ? "anthropic" : "openai";
  if (fate.is === "silence") void provider.hasCome(prompt.number).then(() => leaving.abort());
  const credential = prompt.form === "messages" ? { "x-api-key": "sk-ant" } : { authorization: "Bearer sk" };
  const headers = {
    "content-type": "application/json",
    "x-tessera-api-key": key,
    "x-tessera-workload": "mixed",
    "x-tessera-feature-tag": tag,
    ...credential,
  };
  let status = 0;
  try {
    const answer = await fetch(`${url}/v1/${provided}/${PATHS[prompt.form]}`, {
      method: "POST",
      headers,
      body: bodyOf(prompt),
      signal: leaving.signal,
    });
    ({ status } = answer);
    let text = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      // The last event has come whole when its blank line has.
      if (fate.is === "hold" && partsIn(text) === fate.parts && text.endsWith("\n\n")) leaving.abort();
    }
    if (!answer.ok) return { tag, prompt, status, seen: fate.is === "cut" ? "cut" : "refused" };
    return { tag, prompt, status, seen: isBroken(text) ? "cut" : "answered" };
  } catch (error) {
    if (leaving.signal.aborted) return { tag, prompt, status, seen: "left" };
    throw error;
  }
}

function partsIn(text: string): number {
  return text.split(PART).length - 1;
}

/** Whether a stream was ended by an error, which only in a chat has no event of its own. */
function isBroken(text: string): boolean {
  return text.includes("event: error\n") || text.includes('data: {"error":{');
}
