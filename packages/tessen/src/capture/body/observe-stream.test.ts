import type { UnderlyingByteSource } from "node:stream/web";
import { describe, expect, test } from "vitest";
import type { BodyObserver } from "./body-observer.ts";
import { observeStream } from "./observe-stream.ts";

interface Watched {
  readonly stream: ReadableStream<Uint8Array>;
  readonly seen: string[];
  /** How often the source was asked for more. */
  readonly pulls: () => number;
  readonly cancelledWith: () => unknown;
}

/** A stream of three chunks, watched; it breaks after them when `breaks` is set. */
function watched(breaks = false): Watched {
  const seen: string[] = [];
  let pulls = 0;
  let cancelled: unknown;
  const source: UnderlyingByteSource = {
    type: "bytes",
    pull(controller) {
      pulls += 1;
      if (pulls <= 3) controller.enqueue(new TextEncoder().encode(`chunk ${pulls}`));
      else if (breaks) controller.error(new Error("broken"));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
    cancel(reason) {
      cancelled = reason;
    },
  };
  const stream = new ReadableStream(source, { highWaterMark: 0 });
  const observer: BodyObserver = {
    chunk: (bytes) => seen.push(Buffer.from(bytes).toString()),
    ended: () => seen.push("end"),
    cancelled: () => seen.push("cancel"),
    failed: (error) => seen.push(String(error)),
  };
  observeStream(stream, observer);
  return { stream, seen, pulls: () => pulls, cancelledWith: () => cancelled };
}

const WHOLE = ["chunk 1", "chunk 2", "chunk 3", "end"];

describe("the observer sees what the reader reads, however it reads", () => {
  const readers: [string, (stream: ReadableStream<Uint8Array>) => Promise<string>][] = [
    ["a response", (stream) => new Response(stream).text()],
    [
      "a loop",
      async (stream) => {
        let text = "";
        for await (const chunk of stream) text += Buffer.from(chunk).toString();
        return text;
      },
    ],
    ["a pipe", (stream) => new Response(stream.pipeThrough(new TransformStream())).text()],
    [
      "a tee",
      async (stream) => (await Promise.all(stream.tee().map((branch) => new Response(branch).text())))[0] ?? "",
    ],
    [
      "a reader with a buffer of its own",
      async (stream) => {
        const reader = stream.getReader({ mode: "byob" });
        let text = "";
        for (;;) {
          const { value, done } = await reader.read(new Uint8Array(64));
          if (done) return text;
          text += Buffer.from(value).toString();
        }
      },
    ],
    ["a clone", async (stream) => new Response(stream).clone().text()],
  ];
  test.each(readers)("%s", async (_name, read) => {
    const { stream, seen } = watched();
    expect(await read(stream)).toBe("chunk 1chunk 2chunk 3");
    expect(seen).toEqual(WHOLE);
  });
});

test("nothing is read that the reader did not ask for", async () => {
  const { stream, pulls } = watched();
  expect(pulls()).toBe(0);
  const reader = stream.getReader();
  await reader.read();
  expect(pulls()).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(pulls()).toBe(1);
});

test("a pipe that nobody reads asks for nothing", async () => {
  const { stream, pulls } = watched();
  const [first] = stream.tee();
  await new Promise((resolve) => setImmediate(resolve));
  expect(pulls()).toBe(0);
  await first.getReader().read();
  expect(pulls()).toBe(1);
});

test.each([
  ["a reader", (stream: ReadableStream) => stream.getReader().cancel("enough")],
  ["the stream", (stream: ReadableStream) => stream.cancel("enough")],
])("what %s cancels is cancelled at its source", async (_name, cancel) => {
  const { stream, seen, cancelledWith } = watched();
  await cancel(stream);
  expect(cancelledWith()).toBe("enough");
  expect(seen).toEqual(["cancel"]);
});

test("a loop that is left cancels, and one that keeps the stream does not", async () => {
  const left = watched();
  for await (const _chunk of left.stream) break;
  expect(left.seen).toEqual(["chunk 1", "cancel"]);
  const kept = watched();
  for await (const _chunk of kept.stream.values({ preventCancel: true })) break;
  expect(kept.seen).toEqual(["chunk 1"]);
  expect(Buffer.from((await kept.stream.getReader().read()).value ?? []).toString()).toBe("chunk 2");
});

test("a failure reaches the reader as it was", async () => {
  const { stream, seen } = watched(true);
  await expect(new Response(stream).text()).rejects.toThrow("broken");
  expect(seen).toEqual(["chunk 1", "chunk 2", "chunk 3", "Error: broken"]);
});

test("a stream of buffers that share their memory is piped as well", async () => {
  const parts = ["a", "b"].map((text) => Buffer.from(text));
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  observeStream(stream, { chunk: () => 0, ended: () => 0, cancelled: () => 0, failed: () => 0 });
  const [first, second] = stream.tee();
  expect(await Promise.all([new Response(first).text(), new Response(second).text()])).toEqual(["ab", "ab"]);
});

test("the stream looks as it did", () => {
  const { stream } = watched();
  expect(Object.keys(stream)).toEqual([]);
  expect(stream).toBeInstanceOf(ReadableStream);
  expect(stream.locked).toBe(false);
});
