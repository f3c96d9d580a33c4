/**
 * The provider behind the gateways, in a process of its own: chat completions, whole, or streamed with as many deltas as
 * `max_tokens` asks for, each written by itself as a provider does.
 */
import { createServer, type ServerResponse } from "node:http";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const common = { id: "chatcmpl-1", created: 1, model: "gpt-4o-mini" };
const whole = JSON.stringify({
  ...common,
  object: "chat.completion",
  choices: [
    {
      index: 0,
      message: { role: "assistant", refusal: null, content: "word ".repeat(80) },
      finish_reason: "stop",
      logprobs: null,
    },
  ],
  usage,
});
const chunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const first = chunk({ role: "assistant", content: "" }, null);
const delta = chunk({ content: "word " }, null);
const last = `${chunk({}, "stop")}data: ${JSON.stringify({ ...common, object: "chat.completion.chunk", choices: [], usage })}\n\ndata: [DONE]\n\n`;

function stream(response: ServerResponse, deltas: number): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(first);
  let left = deltas;
  const next = (): void => {
    // As many as arrive in one turn of a provider's loop.
    for (let burst = 0; burst < 5 && left > 0; burst += 1, left -= 1) response.write(delta);
    if (left > 0) setImmediate(next);
    else response.end(last);
  };
  next();
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("latin1");
  request.on("data", (text: string) => (body += text));
  request.on("end", () => {
    const tail = body.slice(-200);
    if (/"stream": ?true/.test(tail) || /"stream": ?true/.test(body)) {
      stream(response, Number(/"max_tokens": ?(\d+)/.exec(body)?.[1] ?? "20"));
      return;
    }
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(whole) });
    response.end(whole);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on("disconnect", () => process.exit());
