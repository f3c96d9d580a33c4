import { Readable } from "node:stream";
import type { Json } from "@tesserae/wire";
import { define } from "../define.ts";
import type { BodyObserver } from "./body-observer.ts";
import { observeNodeStream } from "./observe-node-stream.ts";
import { observeStream } from "./observe-stream.ts";

/** Is told of bodies that were read whole as well. */
export interface ResponseObserver extends BodyObserver {
  /** The whole body as text, before its reader gets it; `json` is what it parses to, where it was read as JSON. */
  whole(text: string, json?: Json): void;
}

/** What a `fetch` answers with: a `Response` of the platform, or of a library that looks like it. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: Headers;
  readonly ok: boolean;
  readonly body: unknown;
  text?: () => Promise<string>;
  json?: () => Promise<unknown>;
}

/**
 * Lets an observer see what the reader of a response reads, however it is read. False when the response has no body
 * that can be seen.
 *
 * `text()` and `json()` are replaced on this one response, as nearly every small answer is read by them: its text is
 * then decoded, and parsed, once for both.
 */
export function observeResponse(response: ResponseLike, observer: ResponseObserver): boolean {
  const { body, text, json } = response;
  const isReadWhole = { yes: false };
  if (body instanceof ReadableStream) observeStream(body, unlessWhole(observer, isReadWhole));
  else if (body instanceof Readable) observeNodeStream(body, unlessWhole(observer, isReadWhole));
  else return body === undefined && observeMade(response, observer);
  if (typeof text !== "function" || typeof json !== "function") return true;
  const readText = (): Promise<string> => {
    isReadWhole.yes = true;
    return Reflect.apply(text, response, []);
  };
  define(response, "text", () =>
    told(readText(), observer, (read) => {
      observer.whole(read);
      return read;
    }),
  );
  define(response, "json", () =>
    told(readText(), observer, (read) => {
      const parsed = parse(read, observer);
      observer.whole(read, parsed);
      return parsed;
    }),
  );
  return true;
}

/** A made-up response, as tests inject one: an object that has `json()` and no body. */
function observeMade(response: ResponseLike, observer: ResponseObserver): boolean {
  const { json } = response;
  if (typeof json !== "function") return false;
  define(response, "json", () =>
    Promise.resolve(Reflect.apply(json, response, [])).then(
      (value: unknown) => {
        observer.whole(JSON.stringify(value) ?? "");
        return value;
      },
      (error: unknown) => {
        observer.failed(error);
        throw error;
      },
    ),
  );
  return true;
}

function parse(text: string, observer: ResponseObserver): Json {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch (error) {
    observer.whole(text);
    throw error;
  }
}

function told<T>(reading: Promise<string>, observer: ResponseObserver, take: (text: string) => T): Promise<T> {
  return reading.then(take, (error: unknown) => {
    observer.failed(error);
    throw error;
  });
}

/** While the body is read whole, its pieces are of no interest. */
function unlessWhole(observer: ResponseObserver, isReadWhole: { readonly yes: boolean }): BodyObserver {
  return {
    chunk: (bytes) => {
      if (!isReadWhole.yes) observer.chunk(bytes);
    },
    ended: () => {
      if (!isReadWhole.yes) observer.ended();
    },
    cancelled: () => observer.cancelled(),
    failed: (error) => observer.failed(error),
  };
}
