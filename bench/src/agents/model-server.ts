/** The scripted model over HTTP, in a process of its own: chat completions, whole and streamed. */
import { createServer } from "node:http";
import { ANSWER, DELTA, DELTAS } from "./subject.ts";

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const common = { id: "chatcmpl-1", created: 1, model: "gpt-4o-mini" };
const completion = (message: object, finish: string): string =>
  JSON.stringify({
    ...common,
    object: "chat.completion",
    choices: [
      { index: 0, message: { role: "assistant", refusal: null, ...message }, finish_reason: finish, logprobs: null },
    ],
    usage,
  });
const whole = completion({ content: ANSWER }, "stop");
const toolCall = { id: "call_1", type: "function", function: { name: "add", arguments: '{"a":1,"b":2}' } };
const call = completion({ content: null, tool_calls: [toolCall] }, "tool_calls");
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
    const wantsCall = body.includes('"tools":[') && !body.includes('"role":"tool"');
    const content = streamed ? stream : wantsCall ? call : whole;
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
