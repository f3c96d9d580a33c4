import { isObject } from "@tesserae/core";
import { encodeOpenAIChatStream } from "@tesserae/wire/scripted";
import { startTestServer, type TestReply, type TestServer } from "@tesserae/ext/testing";

/** A model that lets the clerk send one letter and then repeats what became of it. */
export async function startLetterModel(): Promise<TestServer> {
  return startTestServer((request): TestReply => {
    const messages: readonly unknown[] =
      isObject(request.body) && Array.isArray(request.body["messages"]) ? request.body["messages"] : [];
    const last = messages.at(-1);
    const isResult = isObject(last) && last["role"] === "tool";
    const call = { id: "call_1", name: "send_letter", arguments: '{"to":"Ada"}' };
    const script = isResult ? { text: `I was told: ${String(last["content"])}` } : { toolCalls: [call] };
    const events = encodeOpenAIChatStream({ model: "gpt-5-mini", ...script });
    return { type: "body", headers: { "content-type": "text/event-stream" }, body: events.join("") };
  });
}
