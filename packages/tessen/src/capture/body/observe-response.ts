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

/** The members of a `Response` that read its body, or hand it out. */
const READERS = ["arrayBuffer", "blob", "bytes", "formData", "clone"] as const;

/**
 * Lets observers see what the readers of responses read, however they read it.
 *
 * A `Response` of the platform stays the same object and gets another prototype, between itself and its own: its
 * `text()` and `json()`, by which nearly every answer is read, decode and parse the body once for both, and its stream is
 * watched only for whoever asks for it. Whatever else it has is as it was.
 */
export class ObservedResponses {
  readonly #observers = new WeakMap<object, ResponseObserver>();
  readonly #prototypes = new WeakMap<object, object>();

  /** False when the response has no body that can be seen. */
  observe(response: ResponseLike, observer: ResponseObserver): boolean {
    if (response instanceof Response) return this.#observePlatforms(response, observer);
    return observeLibrarys(response, observer);
  }

  /** The same for a body that is read in pieces as it comes. */
  observePieces(response: ResponseLike, observer: ResponseObserver): boolean {
    const { body } = response;
    if (!(body instanceof ReadableStream)) return this.observe(response, observer);
    observeStream(body, observer);
    return true;
  }

  #observePlatforms(response: Response, observer: ResponseObserver): boolean {
    const { body } = response;
    if (body === null) return false;
    const observed = this.#observedPrototype(Reflect.getPrototypeOf(response) ?? Response.prototype);
    if (!Reflect.setPrototypeOf(response, observed)) return this.observePieces(response, observer);
    this.#observers.set(response, observer);
    return true;
  }

  /** Who observes a response that is about to be read; nobody the second time. */
  #take(response: object): ResponseObserver | undefined {
    const observer = this.#observers.get(response);
    if (observer !== undefined) this.#observers.delete(response);
    return observer;
  }

  #observedPrototype(original: object): object {
    const known = this.#prototypes.get(original);
    if (known !== undefined) return known;
    const take = (response: object): ResponseObserver | undefined => this.#take(response);
    const ask = (response: object, name: string): unknown => {
      const method: unknown = Reflect.get(original, name, response);
      return typeof method === "function" ? Reflect.apply(method, response, []) : undefined;
    };
    const readText = (response: object, name: "text" | "json"): unknown => {
      const observer = take(response);
      const reading = ask(response, observer === undefined ? name : "text");
      if (observer === undefined || !isPromiseOfText(reading)) return reading;
      return name === "text" ? readAsText(reading, observer) : readAsJson(reading, observer);
    };
    const watched = (response: object): void => {
      const observer = take(response);
      const body: unknown = observer === undefined ? undefined : Reflect.get(original, "body", response);
      if (observer !== undefined && body instanceof ReadableStream) observeStream(body, observer);
    };
    const made: object = Object.create(original);
    define(made, "text", function text(this: object) {
      return readText(this, "text");
    });
    define(made, "json", function json(this: object) {
      return readText(this, "json");
    });
    Object.defineProperty(made, "body", {
      configurable: true,
      enumerable: true,
      get(this: object) {
        watched(this);
        return Reflect.get(original, "body", this);
      },
    });
    for (const name of READERS) {
      define(made, name, function read(this: object) {
        watched(this);
        return ask(this, name);
      });
    }
    this.#prototypes.set(original, made);
    return made;
  }
}

/** A promise of a response's is one of text when `text()` gave it. */
function isPromiseOfText(value: unknown): value is Promise<string> {
  return value instanceof Promise;
}

function readAsText(reading: Promise<string>, observer: ResponseObserver): Promise<string> {
  return told(reading, observer, (text) => {
    observer.whole(text);
    return text;
  });
}

function readAsJson(reading: Promise<string>, observer: ResponseObserver): Promise<unknown> {
  return told(reading, observer, (text) => {
    const json = parse(text, observer);
    observer.whole(text, json);
    return json;
  });
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

/** The response of a library: its body is one of the platform's streams, one of Node's, or there is only `json()`. */
function observeLibrarys(response: ResponseLike, observer: ResponseObserver): boolean {
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
  define(response, "text", () => readAsText(readText(), observer));
  define(response, "json", () => readAsJson(readText(), observer));
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
