/** A program that knows nothing of a recorder. All that it gets of both SDKs it prints: node host-program.ts URL */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const url = process.argv[2] ?? "";
const openai = new OpenAI({ apiKey: "sk-host", baseURL: `${url}/v1`, maxRetries: 1 });
const anthropic = new Anthropic({ apiKey: "sk-ant-host", baseURL: url, maxRetries: 0 });
const messages = [{ role: "user" as const, content: "Tell me more. ".repeat(400) }];
const chat = { model: "gpt-4o-mini", messages };
const message = { model: "claude-haiku-4-5", max_tokens: 100, messages };

function print(what: string, value: unknown): void {
  process.stdout.write(`${what}: ${JSON.stringify(value)}\n`);
}

/** What an error tells, without its stack. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  const status: unknown = Reflect.get(error, "status");
  return { class: error.constructor.name, name, message, status, error: Reflect.get(error, "error") ?? null };
}

const failing = (text: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
  ...chat,
  messages: [{ role: "user", content: text }],
});

for (let round = 0; round < 12; round += 1) {
  print("chat", await openai.chat.completions.create(chat));
  print("message", await anthropic.messages.create(message));
}
const chunks: unknown[] = [];
for await (const chunk of await openai.chat.completions.create({ ...chat, stream: true })) chunks.push(chunk);
print("chunks", chunks);
print("final", await openai.chat.completions.stream(chat).finalChatCompletion());
print("responses", await openai.responses.create({ model: "gpt-5-mini", input: "Tell me more." }));
print("stream", await anthropic.messages.stream(message).finalMessage());
const { data, response } = await openai.chat.completions.create(chat).withResponse();
print("with response", [data, response.status, [...response.headers]]);
print("refused", await openai.chat.completions.create(failing("refuse")).catch(told));
print("failing", await openai.chat.completions.create(failing("fail")).catch(told));
print("rubbish", await openai.chat.completions.create(failing("rubbish")).catch(told));
print("cut", await openai.chat.completions.create(failing("cut"), { maxRetries: 0 }).catch(told));
const stream = await openai.chat.completions.create({ ...chat, stream: true });
for await (const chunk of stream) {
  print("first", chunk);
  break;
}
const leaving = new AbortController();
const left = { ...failing("never"), stream: true as const };
let heard = false;
for await (const chunk of await openai.chat.completions.create(left, { signal: leaving.signal })) {
  if (!heard) print("left after", chunk);
  heard = true;
  leaving.abort();
}
await Promise.all(Array.from({ length: 8 }, () => openai.chat.completions.create(chat)));
print("plain fetch", await (await fetch(`${url}/v1/models`)).text());
process.exitCode = 7;
