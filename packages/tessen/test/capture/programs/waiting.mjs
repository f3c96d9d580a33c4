// A program that ends, in the way that its first argument names, while calls of SDKs wait for their first byte.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

let sent = 0;
const counted = (...args) => {
  sent += 1;
  // The one of Anthropic's is tried again, after an answer that says so.
  if (sent === 4)
    setImmediate(() => (process.argv[2] === "exit" ? process.exit(3) : process.kill(process.pid, "SIGTERM")));
  return fetch(...args);
};
const options = { apiKey: "sk-test", fetch: counted };
const openai = new OpenAI({ ...options, baseURL: `${process.env.SERVER_URL}/v1` });
const anthropic = new Anthropic({ ...options, baseURL: process.env.SERVER_URL });
const messages = [{ role: "user", content: "Say hello." }];
void openai.chat.completions.create({ model: "gpt-4o", messages });
void openai.responses.create({ model: "gpt-4o", input: "Say hello.", stream: true });
void anthropic.messages.create({ model: "claude-new", max_tokens: 9, messages });
setInterval(() => {}, 1000);
