/** The floor: a loop that does only what must be done. */
import { Agent, request } from "node:http";
import { ADD_TOOL, ANSWER, DELTA, DELTAS, atOnce, check, inTurn, modelUrl, type Subject } from "../subject.ts";

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
        headers: {
          authorization: "Bearer sk-bench",
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        },
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

/** What an agent of ours sends: with its instructions. */
const SYSTEM = {
  role: "system",
  content:
    "You are a capable assistant. Work on the task with the tools you have. When the task is complete, answer with TERMINATE.",
};

interface Answer {
  readonly choices: readonly {
    readonly message: { readonly content: string; readonly tool_calls?: readonly Call[] };
  }[];
}
interface Call {
  readonly id: string;
  readonly function: { readonly arguments: string };
}

async function httpTurn(): Promise<void> {
  const body = { model: "gpt-4o-mini", messages: [SYSTEM, { role: "user", content: "What is the answer?" }] };
  const answer = JSON.parse(await post(body)) as Answer;
  check(answer.choices[0]?.message.content, ANSWER, "answer");
}

async function httpToolCall(): Promise<void> {
  const messages: object[] = [SYSTEM, { role: "user", content: "Add." }];
  const asked = JSON.parse(await post({ model: "gpt-4o-mini", messages, tools: [ADD_TOOL] })) as Answer;
  const message = asked.choices[0]?.message;
  for (const { id, function: called } of message?.tool_calls ?? []) {
    const { a, b } = JSON.parse(called.arguments) as { a: number; b: number };
    messages.push(message ?? {}, { role: "tool", tool_call_id: id, content: String(a + b) });
  }
  const answer = JSON.parse(await post({ model: "gpt-4o-mini", messages })) as Answer;
  check(answer.choices[0]?.message.content, ANSWER, "answer");
  check(messages.length, 4, "messages");
}

async function httpStream(): Promise<void> {
  const body = {
    model: "gpt-4o-mini",
    stream: true,
    messages: [SYSTEM, { role: "user", content: "What is the answer?" }],
  };
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
  "tool call, HTTP": (units) => inTurn(units, httpToolCall),
  "200 at once, HTTP": (units) => atOnce(units, httpTurn),
  "delta, SSE": (units) => inTurn(units / DELTAS, httpStream),
};
