// A call in a worker thread and one in the main thread.
import { isMainThread, Worker } from "node:worker_threads";
import OpenAI from "openai";

const client = new OpenAI({ apiKey: "sk-test", baseURL: `${process.env.SERVER_URL}/v1` });
await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "x" }] });
if (isMainThread) new Worker(new URL(import.meta.url)).on("error", (error) => console.error(error));
