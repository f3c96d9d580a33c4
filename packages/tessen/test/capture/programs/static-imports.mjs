// SDK and recorder in one graph of static imports, and a client from before the recording.
import { createRequire } from "node:module";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { init } from "@tesserae/tessen";

const CommonOpenAI = createRequire(import.meta.url)("openai");
const url = process.env.SERVER_URL;
const options = { apiKey: "sk-test", baseURL: `${url}/v1` };
const early = [new OpenAI(options), new CommonOpenAI(options)];
const handle = init();
const again = init();
const messages = [{ role: "user", content: "Say hello." }];
for (const client of [...early, new OpenAI(options)]) {
  await client.chat.completions.create({ model: "gpt-4o", messages });
}
const anthropic = new Anthropic({ apiKey: "sk-test", baseURL: url });
await anthropic.messages.create({ model: "claude-haiku-4-5", max_tokens: 9, messages });
process.stdout.write(JSON.stringify({ same: handle === again, ...handle.stats() }));
