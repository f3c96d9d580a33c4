import OpenAI from "openai";
import { expect, test } from "vitest";
import { CHAT } from "../../test/capture/answers.ts";
import { sendJson, startModelServer } from "../../test/capture/model-server.ts";
import { startRecording } from "../../test/capture/recording.ts";
import { note, span } from "../index.ts";
import { chunksOf } from "./chunks-of.ts";
import { headOfLine } from "./head-of-line.ts";
import { LineSplitter } from "./line-splitter.ts";
import { SeenIds } from "./seen-ids.ts";

const BODIES = new Set(["response_headers", "request_body", "casted_response", "response_body"]);

test("what the recorder writes is read the fast way: without its bodies, one bit an id", async () => {
  const server = await startModelServer((reply, _request, count) =>
    count === 1 ? sendJson(reply, CHAT) : sendJson(reply, { error: { message: "no" } }, 400),
  );
  const recording = startRecording();
  const client = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  const ask = async (): Promise<unknown> =>
    client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "Hé" }] });
  await ask();
  await expect(ask()).rejects.toThrow();
  span("tool", "search", () => "found", { args: { request_body: 1 } });
  note("done");
  await recording.handle.flush();
  const path = recording.handle.logFile ?? "";
  const splitter = new LineSplitter();
  const seen = new SeenIds();
  let heads = 0;
  for (const bytes of chunksOf({ path, size: 1e6, modified: 0 })) {
    for (const line of splitter.push(bytes)) {
      if (line === "too long") continue;
      const whole: Record<string, unknown> = JSON.parse(line.toString());
      const expected = Object.fromEntries(Object.entries(whole).filter(([name]) => !BODIES.has(name)));
      const head = headOfLine(line);
      expect(head).toEqual(expected);
      expect(seen.add(head?.event_id ?? "")).toBe("new");
      expect(seen.add(head?.event_id ?? "")).toBe("again");
      heads += 1;
    }
  }
  expect(heads).toBe(4);
  await recording.end();
  await server.close();
});
