import fc from "fast-check";
import { expect, test } from "vitest";
import { CHAT, CHAT_EVENTS, MESSAGE_EVENTS } from "../../../test/capture/answers.ts";
import { event } from "../../../test/capture/model-server.ts";
import { ResponseBody } from "./response-body.ts";
import { SpareBuffers } from "./spare-buffers.ts";

const options = { buffers: new SpareBuffers(), maxBodyBytes: 1024 * 1024 };

/** The bytes of a text, cut at these places. */
function pieces(text: string, cuts: readonly number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.slice(places[at], end));
}

function read(
  type: string,
  protocol: ConstructorParameters<typeof ResponseBody>[1],
  chunks: readonly Uint8Array[],
): ResponseBody {
  const body = new ResponseBody(type, protocol, options);
  for (const chunk of chunks) body.push(chunk);
  body.end();
  return body;
}

test.each([
  ["text/event-stream", "openai-chat", CHAT_EVENTS.join("")],
  ["text/event-stream; charset=utf-8", "anthropic", MESSAGE_EVENTS.join("").replaceAll("\n", "\r\n")],
  [
    "application/x-ndjson",
    "ollama",
    `{"model":"m","message":{"role":"assistant","content":"ä"},"done":false}\n{"model":"m","done":true}\n`,
  ],
  ["application/json", "openai-chat", JSON.stringify({ ...CHAT, note: "grüße 🙂" })],
] as const)("%s of %s gives the same body wherever its bytes are cut", (type, protocol, text) => {
  const whole = read(type, protocol, pieces(text, []));
  expect(whole.json()).toBeDefined();
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { maxLength: 12 }), (cuts) => {
      const cut = read(type, protocol, pieces(text, cuts));
      expect(cut.json()).toEqual(whole.json());
      expect([cut.frames, cut.ended, cut.complete]).toEqual([whole.frames, whole.ended, whole.complete]);
    }),
  );
});

test("the bytes are read at once: their owner may use the buffer again", () => {
  const body = new ResponseBody("text/event-stream", "openai-chat", options);
  const expected = read("text/event-stream", "openai-chat", pieces(CHAT_EVENTS.join(""), [])).json();
  for (const piece of pieces(CHAT_EVENTS.join(""), [7, 100, 333])) {
    body.push(piece);
    piece.fill(0);
  }
  body.end();
  expect(body.json()).toEqual(expected);
});

test("answers that are read in turns, in the same buffers, do not get into one another", () => {
  const text = CHAT_EVENTS.join("");
  const whole = read("text/event-stream", "openai-chat", pieces(text, [])).json();
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { maxLength: 12 }), (cuts) => {
      const shared = { buffers: new SpareBuffers(), maxBodyBytes: 1024 * 1024 };
      const bodies = [0, 1].map(() => new ResponseBody("text/event-stream", "openai-chat", shared));
      for (const piece of pieces(text, cuts)) {
        for (const body of bodies) {
          body.push(Buffer.from(piece));
          body.read();
        }
      }
      for (const body of bodies) {
        body.end();
        expect(body.json()).toEqual(whole);
      }
    }),
  );
});

test.each([
  [
    "an error frame of Anthropic",
    event({ type: "error", error: { type: "overloaded_error", message: "m" } }, "error"),
    "overloaded_error",
  ],
  ["an error frame of OpenAI", event({ error: { type: "server_error", message: "m" } }), "server_error"],
  ["an error of responses", event({ type: "error", code: "server_error", message: "m" }, "error"), "error"],
])("%s is seen", (_name, text, type) => {
  const body = read("text/event-stream", "openai-chat", pieces(text, []));
  expect(body.errorFrame).toMatchObject({ type, message: "m" });
});

test("a frame without an end does not fill the memory", () => {
  const body = new ResponseBody("text/event-stream", "openai-chat", options);
  body.push(new TextEncoder().encode(CHAT_EVENTS[1]));
  const noise = new TextEncoder().encode(`: ${"x".repeat(1024 * 1024)}\n`);
  for (let megabytes = 0; megabytes < 66; megabytes += 1) body.push(noise);
  expect([body.isCut, body.complete, body.frames]).toEqual([true, true, 1]);
  body.push(new TextEncoder().encode(CHAT_EVENTS[1]));
  expect(body.frames).toBe(1);
});

test("an answer that is neither text nor frames is not kept", () => {
  const body = read("audio/mpeg", undefined, pieces("sound", []));
  expect([body.text, body.json(), body.frames]).toEqual([undefined, undefined, undefined]);
});

test("bytes that are no stream of the protocol never throw", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.constantFrom("text/event-stream", "application/json", "application/x-ndjson", undefined),
      (bytes, type) => {
        expect(() => read(type ?? "", "anthropic", [bytes]).json()).not.toThrow();
      },
    ),
  );
});
