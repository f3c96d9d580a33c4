import { describe, expect, test } from "vitest";
import { ObservedResponses, type ResponseObserver } from "./observe-response.ts";

const JSON_TEXT = '{"a":"ü"}';

interface Observed {
  readonly response: Response;
  /** The body as the observer saw it, and how it ended. */
  readonly seen: () => string;
  readonly ends: string[];
}

function observed(text = JSON_TEXT, responses = new ObservedResponses()): Observed {
  const response = new Response(text, { status: 201, headers: { "x-a": "b" } });
  const parts: Uint8Array[] = [];
  const ends: string[] = [];
  const observer: ResponseObserver = {
    chunk: (bytes) => parts.push(bytes.slice()),
    whole: (whole, json) => {
      parts.push(new TextEncoder().encode(whole));
      ends.push(json === undefined ? "text" : `json ${JSON.stringify(json)}`);
    },
    ended: () => ends.push("ended"),
    cancelled: () => ends.push("cancelled"),
    failed: (error) => ends.push(String(error)),
  };
  expect(responses.observe(response, observer)).toBe(true);
  return { response, seen: () => Buffer.concat(parts).toString(), ends };
}

describe("the observer sees what the reader reads, however it reads", () => {
  const text = (value: unknown): Promise<string> => new Response(value as Blob).text();
  test.each<readonly [string, (response: Response) => Promise<string>, ends: readonly string[]]>([
    ["text()", (response) => response.text(), ["text"]],
    ["json()", async (response) => JSON.stringify(await response.json()), [`json ${JSON_TEXT}`]],
    ["arrayBuffer()", async (response) => text(await response.arrayBuffer()), ["ended"]],
    ["blob()", async (response) => text(await response.blob()), ["ended"]],
    ["bytes()", async (response) => text(await response.bytes()), ["ended"]],
    ["body", (response) => text(response.body), ["ended"]],
    [
      "clone()",
      async (response) => (await Promise.all([response.clone().text(), response.text()])).join(" "),
      ["ended"],
    ],
    ["body, looked at before text()", async (response) => (response.body === null ? "" : response.text()), ["ended"]],
  ])("%s", async (_name, read, ends) => {
    const { response, seen, ends: found } = observed();
    const got = await read(response);
    expect(new Set(got.split(" "))).toEqual(new Set([JSON_TEXT]));
    expect([seen(), found]).toEqual([JSON_TEXT, ends]);
  });

  test("formData()", async () => {
    const form = new FormData();
    form.set("a", "b");
    const whole = new Response(form);
    const type = whole.headers.get("content-type") ?? "";
    const response = new Response(await whole.text(), { headers: { "content-type": type } });
    const ends: string[] = [];
    const nothing = (): void => undefined;
    const observer = { chunk: nothing, whole: nothing, cancelled: nothing, failed: nothing };
    new ObservedResponses().observe(response, { ...observer, ended: () => ends.push("ended") });
    expect((await response.formData()).get("a")).toBe("b");
    expect(ends).toEqual(["ended"]);
  });
});

test("a response stays what it was", async () => {
  const responses = new ObservedResponses();
  const { response } = observed(JSON_TEXT, responses);
  const plain = new Response(JSON_TEXT, { status: 201, headers: { "x-a": "b" } });
  expect(response).toBeInstanceOf(Response);
  expect(response.constructor).toBe(Response);
  expect(Object.keys(response)).toEqual(Object.keys(plain));
  expect([response.status, response.ok, response.headers.get("x-a"), response.bodyUsed]).toEqual([
    201,
    true,
    "b",
    false,
  ]);
  expect(response.body).toBe(response.body);
  await response.text();
  expect(response.bodyUsed).toBe(true);
  // One that nobody observes is untouched, in every respect.
  expect(Object.getPrototypeOf(plain)).toBe(Response.prototype);
  expect(await plain.json()).toEqual(JSON.parse(JSON_TEXT));
});

test("what goes wrong goes wrong as without an observer", async () => {
  const { response, seen, ends } = observed("no JSON");
  const plain = await new Response("no JSON").json().catch(String);
  expect(await response.json().catch(String)).toBe(plain);
  expect([seen(), ends]).toEqual(["no JSON", ["text"]]);
  const again = new Response("x");
  await again.text();
  expect(await response.text().catch(String)).toBe(await again.text().catch(String));
  expect(ends).toEqual(["text"]);
});

test("a body that breaks is told of, and its reader gets the error", async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) });
  const response = new Response(broken);
  const told: unknown[] = [];
  const nothing = (): void => undefined;
  const observer = { chunk: nothing, whole: nothing, ended: nothing, cancelled: nothing };
  new ObservedResponses().observe(response, { ...observer, failed: (error) => told.push(error) });
  await expect(response.json()).rejects.toThrow("broken");
  expect(told).toEqual([new Error("broken")]);
});
