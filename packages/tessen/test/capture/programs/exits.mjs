// A program that ends in the way that its first argument names, right after a call, with a stream half read.
import OpenAI from "openai";

const way = process.argv[2];
const size = Number(process.argv[3] ?? 100_000);
const client = new OpenAI({ apiKey: "sk-test", baseURL: `${process.env.SERVER_URL}/v1`, maxRetries: 0 });
const messages = [{ role: "user", content: "x".repeat(size) }];
await client.chat.completions.create({ model: "gpt-4o", messages });
const stream = await client.chat.completions.create({ model: "hang", messages, stream: true });
await stream[Symbol.asyncIterator]().next();

if (way === "exit") process.exit(3);
if (way === "throw") {
  setImmediate(() => {
    throw new Error("out of tiles");
  });
}
if (way === "natural") stream.controller.abort();
if (way === "handled") {
  process.once("SIGTERM", () => {
    process.stdout.write("handled");
    process.exitCode = 7;
    setTimeout(() => process.exit(), 20);
  });
}
if (way === "signal" || way === "handled") {
  process.stdout.write("ready");
  setInterval(() => {}, 1000);
}
