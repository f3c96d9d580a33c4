import type { IncomingHttpHeaders } from "node:http";
import { ProtocolError } from "./protocol-error.ts";

/** The beginning of an upstream's answer. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  /** By lower-case name. What comes several times is joined by commas, but for `set-cookie`. */
  readonly headers: IncomingHttpHeaders;
  /** As they came, names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** How the end of an answer's body is found. */
export type Framing = "none" | "length" | "chunked" | "close";

/** A head, and what it says of the connection. */
export interface ReadHead extends AnswerHead {
  readonly framing: Framing;
  /** Of a body whose framing is `length`. */
  readonly length: number;
  /** Whether the connection may be used again, and for how many milliseconds it may lie idle; `undefined`: nobody said. */
  readonly keepsAlive: boolean;
  readonly idleMs: number | undefined;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
/** Control characters but the tab, and line ends that are half ones. */
const UNCLEAN = /\r(?!\n)|(?<!\r)\n|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const DIGITS = /^\d{1,15}$/;
const IDLE_HINT = /\btimeout=(\d{1,6})/i;
/** Headers of which the first one counts; the values of all others are lists. */
const SINGLE: ReadonlySet<string> = new Set(["content-type", "retry-after", "location", "date", "server", "etag"]);
/** So many spellings of names are remembered; they come from outside, so there must be an end. */
const REMEMBERED = 1000;

/**
 * Reads the heads of answers (RFC 9112) strictly: what two readers could understand in different ways is an error, as in
 * Node's own parser. One reader serves all connections to an upstream.
 */
export class HeadReader {
  /** The lower-case name of each spelling that was found to be a name. */
  readonly #names = new Map<string, string>();

  /** Reads the text of a head, without the empty line at its end. Throws {@link ProtocolError}. */
  read(text: string, isHeadRequest: boolean): ReadHead {
    if (UNCLEAN.test(text)) throw new ProtocolError("a control character in the head");
    const lines = text.split("\r\n");
    const [, minor, digits, statusText = ""] = STATUS_LINE.exec(lines[0] ?? "") ?? [];
    if (digits === undefined) throw new ProtocolError("no status line");
    const headers: IncomingHttpHeaders = {};
    const rawHeaders: string[] = [];
    for (let index = 1; index < lines.length; index++) {
      const line = lines[index] ?? "";
      const colon = line.indexOf(":");
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = line.slice(colon + 1).trim();
      const lower = this.#names.get(name) ?? this.#lowerOf(name, colon);
      rawHeaders.push(name, value);
      add(headers, lower, value);
    }
    const status = Number(digits);
    const length = lengthOf(headers);
    const coding = headers["transfer-encoding"];
    const isChunked = coding !== undefined;
    if (isChunked && (coding.toLowerCase() !== "chunked" || length !== undefined)) {
      throw new ProtocolError("a body whose end cannot be told");
    }
    const hasBody = !isHeadRequest && status >= 200 && status !== 204 && status !== 304;
    const { connection, "keep-alive": hint } = headers;
    const keepsAlive = connection === undefined ? minor === "1" : keeps(connection, minor === "1");
    const seconds = hint === undefined ? undefined : IDLE_HINT.exec(String(hint))?.[1];
    return {
      status,
      statusText,
      headers,
      rawHeaders,
      framing: !hasBody ? "none" : isChunked ? "chunked" : length === undefined ? "close" : "length",
      length: length ?? 0,
      keepsAlive,
      idleMs: seconds === undefined ? undefined : Number(seconds) * 1000,
    };
  }

  #lowerOf(name: string, colon: number): string {
    if (colon === -1 || !TOKEN.test(name)) throw new ProtocolError("a header without a name");
    const lower = name.toLowerCase();
    if (this.#names.size < REMEMBERED) this.#names.set(name, lower);
    return lower;
  }
}

function add(headers: IncomingHttpHeaders, name: string, value: string): void {
  if (name === "set-cookie") {
    (headers["set-cookie"] ??= []).push(value);
    return;
  }
  const before = headers[name];
  // Names are not our own: what a plain object has of its own accord is no header.
  if (typeof before !== "string") headers[name] = value;
  else if (name === "content-length") throw new ProtocolError("two lengths");
  else if (!SINGLE.has(name)) headers[name] = `${before}, ${value}`;
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const text = headers["content-length"];
  if (text === undefined) return undefined;
  if (!DIGITS.test(text)) throw new ProtocolError("a length that is no number");
  return Number(text);
}

function keeps(connection: string, isDefault: boolean): boolean {
  const words = connection
    .toLowerCase()
    .split(",")
    .map((word) => word.trim());
  return !words.includes("close") && (isDefault || words.includes("keep-alive"));
}
