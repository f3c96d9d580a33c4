/** The scripted model over HTTP, in a process of its own: chat completions, whole and streamed. */
import { createServer } from "node:http";
import { ANSWER, DELTA, DELTAS } from "./subject.ts";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const common = { id: "chatcmpl-1", created: 1, model: "gpt-4o-mini" };
const whole = JSON.stringify({
  ...common,
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: ANSWER, refusal: null }, finish_reason: "stop", logprobs: null },
  ],
  usage,
});
const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const stream =
  chunk({ role: "assistant", content: "" }, null) +
  chunk({ content: DELTA }, null).repeat(DELTAS) +
  chunk({}, "stop") +
  `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [], usage })}\n\n` +
  "data: [DONE]\n\n";

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => (body += text));
  request.on("end", () => {
    const streamed = body.includes('"stream":true');
    const content = streamed ? stream : whole;
    response.writeHead(200, {
      "content-type": streamed ? "text/event-stream" : "application/json",
      "content-length": Buffer.byteLength(content),
    });
    response.end(content);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on("disconnect", () => process.exit());
