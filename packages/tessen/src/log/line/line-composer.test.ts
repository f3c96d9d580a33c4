import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { recordOf } from "../../../test/log/records.ts";
import { createRedactor } from "../../redact/redactor.ts";
import type { LogBody } from "../log-record.ts";
import { headText } from "./head-text.ts";
import { LineComposer } from "./line-composer.ts";

const composer = new LineComposer(createRedactor(), { maxBodyBytes: 100_000, maxEventBytes: 300_000 });
const head = headText(recordOf("evt_1", 0).head) ?? "";

function compose(bodies: Partial<Record<LogBody["name"], unknown>>, ownHead: string = head): Record<string, unknown> {
  const texts = Object.entries(bodies).map(([name, value]) => ({ name, json: JSON.stringify(value) }) as LogBody);
  const line = composer.compose(ownHead, texts);
  expect(line.indexOf("\n")).toBe(line.length - 1);
  return JSON.parse(line) as Record<string, unknown>;
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

const words = (count: number): string => "a word, ".repeat(count / 8);

test("the line is the head and the bodies as they came, in their order, to the letter", () => {
  const request = '{"n":1.0,"big":12345678901234567890,"e":1e400,"u":"\\u00e9\\/"}';
  const line = composer.compose(head, [
    { name: "request_body", json: request },
    { name: "response_body", json: "null" },
  ]);
  expect(line).toBe(`${head.slice(0, -1)},"request_body":${request},"response_body":null}\n`);
  expect(line.startsWith('{"event_id":"evt_1","session_id":')).toBe(true);
  expect(composer.compose(head, [])).toBe(`${head}\n`);
});

test("line breaks between the tokens of a body are left out", () => {
  const json = JSON.stringify({ a: ["x\ny\r"] }, null, 2).replaceAll("\n", "\r\n");
  const line = composer.compose(head, [{ name: "request_body", json }]);
  expect(line.indexOf("\n")).toBe(line.length - 1);
  expect(JSON.parse(line)).toMatchObject({ request_body: { a: ["x\ny\r"] } });
  expect(line).not.toContain("\r");
});

test("an event whose id is not its first member gets it there", () => {
  const { event_id, ...rest } = recordOf("evt_2", 0).head;
  expect(headText({ ...rest, event_id })).toMatch(/^\{"event_id":"evt_2","session_id":/);
});

test("what was redacted is counted in the event, with what its head counts already", () => {
  const own = headText(recordOf("evt_1", 0, { redactions: { key_name: 2, other: 1 } }).head) ?? "";
  const event = compose({ request_body: { password: "x", token: "AKIAABCDEFGHIJKLMNOP" } }, own);
  expect(event["redactions"]).toEqual({ key_name: 3, other: 1, aws_key: 1 });
  expect(Object.keys(event).indexOf("redactions")).toBeLessThan(Object.keys(event).indexOf("request_body"));
});

test("secrets are taken out of the head, too", () => {
  const own = headText(
    recordOf("evt_1", 0, {
      http_url: "https://x.test/?key=abc&a=1",
      error: { type: "E", msg: "no AKIAABCDEFGHIJKLMNOP", tb: "at sk-ant-abcdefghijkl", status_code: 401 },
    }).head,
  );
  expect(compose({}, own)).toMatchObject({
    http_url: "https://x.test/?key=[REDACTED:url_query]&a=1",
    error: { msg: "no [REDACTED:aws_key]", tb: "at [REDACTED:anthropic_key]" },
    redactions: { url_query: 1, aws_key: 1, anthropic_key: 1 },
  });
});

test("media are left out wherever a provider's format has them, with what they were", () => {
  const bytes = randomBytes(9000);
  const base64 = bytes.toString("base64");
  const omitted = (media_type?: string): unknown => ({
    _tessen_omitted: { bytes: 9000, sha256: hashOf(bytes), ...(media_type === undefined ? {} : { media_type }) },
  });
  const places: readonly [unknown, unknown, string][] = [
    [
      { source: { type: "base64", media_type: "image/png", data: base64 } },
      { source: { type: "base64", media_type: "image/png", data: omitted("image/png") } },
      "/source/data",
    ],
    [
      { image_url: { url: `data:image/jpeg;base64,${base64}` } },
      { image_url: { url: omitted("image/jpeg") } },
      "/image_url/url",
    ],
    [
      { inlineData: { mimeType: "audio/wav", data: base64 } },
      { inlineData: { mimeType: "audio/wav", data: omitted("audio/wav") } },
      "/inlineData/data",
    ],
    [
      { input_audio: { data: base64, format: "mp3" } },
      { input_audio: { data: omitted("mp3"), format: "mp3" } },
      "/input_audio/data",
    ],
    [{ "a/b~c": [{ b64_json: base64 }] }, { "a/b~c": [{ b64_json: omitted() }] }, "/a~1b~0c/0/b64_json"],
    [{ images: ["x", base64] }, { images: ["x", omitted()] }, "/images/1"],
  ];
  for (const [body, expected, pointer] of places) {
    const event = compose({ request_body: body });
    expect(event["request_body"]).toEqual(expected);
    expect(event["truncated"]).toEqual([{ pointer: `/request_body${pointer}`, bytes: 9000, sha256: hashOf(bytes) }]);
  }
});

test("long texts that are no media stay, and so do small media", () => {
  const body = {
    text: words(20_000),
    encrypted_content: randomBytes(9000).toString("base64"),
    data: randomBytes(500).toString("base64"),
    url: "data:image/png;base64,aGFsbG8=",
  };
  const event = compose({ request_body: body });
  expect(event["request_body"]).toEqual(body);
  expect(event).not.toHaveProperty("truncated");
});

test("of a body that is too large the longest strings keep 4 KiB of their beginning and 1 KiB of their end", () => {
  const long = `begin ${words(120_000)} end`;
  const longer = `début ${"é".repeat(80_000)} fin`;
  const event = compose({ response_body: { keep: words(4000), long, list: [longer], n: 1 } });
  expect(Buffer.byteLength(JSON.stringify(event["response_body"]))).toBeLessThanOrEqual(100_000);
  expect(event["response_body"]).toMatchObject({ keep: words(4000), n: 1 });
  const body = event["response_body"] as { long: string; list: [string] };
  expect(body.long).toMatch(/^begin a word, .*… \[tessen cut \d+ bytes\] ….* end$/);
  expect(body.list[0]).toMatch(/^début é+… \[tessen cut \d+ bytes\] …é+ fin$/);
  const bytes = Buffer.byteLength(body.list[0].replace(/….*…/, ""));
  expect(bytes).toBeGreaterThan(5 * 1024 - 8);
  expect(bytes).toBeLessThanOrEqual(5 * 1024);
  expect(event["truncated"]).toEqual([
    { pointer: "/response_body/long", bytes: long.length, sha256: hashOf(long) },
    { pointer: "/response_body/list/0", bytes: Buffer.byteLength(longer), sha256: hashOf(longer) },
  ]);
});

test("a body that is too large without long strings is left out", () => {
  const body = Array.from({ length: 20_000 }, (_, number) => `item ${number}`);
  const json = JSON.stringify(body);
  const event = compose({ request_body: body });
  const what = { bytes: Buffer.byteLength(json), sha256: hashOf(json) };
  expect(event["request_body"]).toEqual({ _tessen_omitted: what });
  expect(event["truncated"]).toEqual([{ pointer: "/request_body", ...what }]);
});

test("of an event that is too large the largest bodies are left out until it fits", () => {
  const small = new LineComposer(createRedactor(), { maxBodyBytes: 1_000_000, maxEventBytes: 300_000 });
  const texts = { request_body: 100_000, casted_response: 150_000, response_body: 180_000 };
  const bodies = Object.entries(texts).map(([name, size]) => ({ name, json: JSON.stringify(words(size)) }) as LogBody);
  const line = small.compose(head, bodies);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(301_000);
  const event = JSON.parse(line) as Record<string, unknown>;
  expect(event["request_body"]).toBe(words(100_000));
  expect(event["casted_response"]).toBe(words(150_000));
  expect(event["response_body"]).toMatchObject({ _tessen_omitted: { bytes: 180_002 } });
  expect(event["truncated"]).toMatchObject([{ pointer: "/response_body" }]);
});

test("a second copy of the response of more than 256 KiB is left out", () => {
  const large = new LineComposer(createRedactor(), { maxBodyBytes: 2 ** 21, maxEventBytes: 2 ** 22 });
  const json = JSON.stringify(words(300_000));
  const line = large.compose(head, [
    { name: "casted_response", json },
    { name: "response_body", json },
  ]);
  expect(JSON.parse(line)).toMatchObject({
    casted_response: { _tessen_omitted: { bytes: json.length, sha256: hashOf(json) } },
    response_body: words(300_000),
    truncated: [{ pointer: "/casted_response", bytes: json.length }],
  });
});

test("a head that is too large, such as that of a tool with a huge result, is cut like a body", () => {
  const tool = { name: "t", call_id: null, args: {}, result: words(200_000) };
  const cut = compose({}, headText(recordOf("evt_1", 0, { tool }).head));
  expect(cut["tool"]).toMatchObject({ name: "t", result: expect.stringContaining("[tessen cut ") });
  expect(cut["truncated"]).toMatchObject([{ pointer: "/tool/result", bytes: 200_000 }]);
  const args = Array.from({ length: 30_000 }, (_, number) => number);
  const left = compose({}, headText(recordOf("evt_1", 0, { tool: { ...tool, args } }).head));
  expect(left).toMatchObject({ event_id: "evt_1", status: "ok", tool: { _tessen_omitted: {} } });
  expect(left["truncated"]).toMatchObject([{ pointer: "/tool" }]);
});

test("no secret hides at the place of a cut", () => {
  const secret = `sk-ant-${"x1".repeat(40)}`;
  for (let offset = 0; offset < 120; offset += 7) {
    const text = `${"w ".repeat(2048 - 60)}${" ".repeat(offset)}${secret} ${words(120_000)}`;
    const line = composer.compose(head, [{ name: "request_body", json: JSON.stringify({ text }) }]);
    expect(line).not.toContain("sk-ant-x1");
  }
});

test("a body that cannot be looked through is left out", () => {
  const json = `${"[".repeat(60_000)}"password"${"]".repeat(60_000)}`;
  const event = JSON.parse(composer.compose(head, [{ name: "request_body", json }])) as Record<string, unknown>;
  expect(event["request_body"]).toEqual({ _tessen_omitted: { bytes: json.length, sha256: hashOf(json) } });
});
