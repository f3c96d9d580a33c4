/** The floor: a loop that does only what must be done. */
import { Agent, request } from "node:http";
import { ANSWER, DELTA, DELTAS, atOnce, check, inTurn, modelUrl, type Subject } from "../subject.ts";

interface Message {
  role: string;
  content: string;
}

async function model(messages: readonly Message[]): Promise<{ text: string }> {
  return { text: messages.length > 0 ? ANSWER : "" };
}

async function* stream(): AsyncGenerator<string> {
  for (let index = 0; index < DELTAS; index += 1) yield DELTA;
}

async function turn(): Promise<void> {
  const messages: Message[] = [{ role: "user", content: "What is the answer?" }];
  const { text } = await model(messages);
  messages.push({ role: "assistant", content: text });
  check(messages[1]?.content, ANSWER, "answer");
}

async function toolCall(): Promise<void> {
  const messages: Message[] = [{ role: "user", content: "Add." }];
  const { a, b } = JSON.parse('{"a":1,"b":2}') as { a: number; b: number };
  await model(messages);
  const sum = await Promise.resolve(a + b);
  messages.push({ role: "tool", content: String(sum) });
  await model(messages);
  check(messages[1]?.content, "3", "tool result");
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

function post(body: object, onChunk?: (chunk: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const sent = request(
      `${modelUrl()}/v1/chat/completions`,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      },
      (response) => {
        let whole = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (onChunk === undefined ? (whole += chunk) : onChunk(chunk)));
        response.on("end", () => resolve(whole));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}

async function httpTurn(): Promise<void> {
  const body = { model: "gpt-4o-mini", messages: [{ role: "user", content: "What is the answer?" }] };
  const answer = JSON.parse(await post(body)) as { choices: { message: { content: string } }[] };
  check(answer.choices[0]?.message.content, ANSWER, "answer");
}

async function httpStream(): Promise<void> {
  const body = { model: "gpt-4o-mini", stream: true, messages: [{ role: "user", content: "What is the answer?" }] };
  let rest = "";
  let count = 0;
  await post(body, (chunk) => {
    const events = (rest + chunk).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const { choices } = JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] };
      if (choices[0]?.delta.content === DELTA) count += 1;
    }
  });
  check(count, DELTAS, "deltas");
}

/** What must be done, and nothing else. */
export const subject: Subject = {
  turn: (units) => inTurn(units, turn),
  "tool call": (units) => inTurn(units, toolCall),
  "team turn": (units) => inTurn(units, turn),
  delta: (units) =>
    inTurn(units / DELTAS, async () => {
      let count = 0;
      for await (const delta of stream()) if (delta === DELTA) count += 1;
      check(count, DELTAS, "deltas");
    }),
  "200 at once": (units) => atOnce(units, turn),
  "turn, HTTP": (units) => inTurn(units, httpTurn),
  "200 at once, HTTP": (units) => atOnce(units, httpTurn),
  "delta, SSE": (units) => inTurn(units / DELTAS, httpStream),
};
