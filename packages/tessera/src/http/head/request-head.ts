import type { IncomingHttpHeaders } from "node:http";
import type { RunPlace } from "../../exchange.ts";
import { badRequest } from "../errors/relay-error.ts";

/** What the headers of a request say to the gateway, and what of them goes on to the upstream. */
export interface RequestHead {
  /** `x-tessera-api-key` or `x-tessera-key`. */
  readonly tesseraKey: string | undefined;
  /** The provider's credentials, by lower-case header name: `authorization`, `x-api-key`, `api-key`. As they came. */
  readonly credentials: readonly Credential[];
  /** The other headers named `x-tessera-…`, without that beginning. */
  readonly tessera: ReadonlyMap<string, string>;
  readonly place: RunPlace;
  /** Whether `anthropic-version` came, by which clients of Anthropic are known. */
  readonly isAnthropic: boolean;
  /** Whether `host` came, as every request of HTTP/1.1 must say. */
  readonly hasHost: boolean;
  /** Whether the caller reads trailers. */
  readonly takesTrailers: boolean;
  readonly cacheControl: string;
  /** By lower-case name: all but credentials and what is of the connection. */
  readonly headers: IncomingHttpHeaders;
  /** The size of the body in bytes; `undefined` where it is not said before: `hasBody` tells whether there is one. */
  readonly bodyLength: number | undefined;
  readonly hasBody: boolean;
  /** The headers for the upstream, names and values in turn; without host, length and credentials. */
  readonly forwarded: string[];
}

/** A header that holds a credential of a provider. */
export interface Credential {
  readonly header: string;
  readonly value: string;
}

/** What becomes of a header. */
type Fate = "drop" | "host" | "credential" | "connection" | "te" | "version" | "cache-control" | "length" | "coding";

/** Hop-by-hop headers, those that the gateway writes itself, and those that only a trusted proxy may set. */
const FATES: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ["authorization", "credential"],
  ["x-api-key", "credential"],
  ["api-key", "credential"],
  ["host", "host"],
  ["connection", "connection"],
  ["te", "te"],
  ["anthropic-version", "version"],
  ["cache-control", "cache-control"],
  ["content-length", "length"],
  ["transfer-encoding", "coding"],
  ...[
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "expect",
    "accept-encoding",
    "forwarded",
    "x-real-ip",
  ].map((name): [string, Fate] => [name, "drop"]),
]);

const NOTHING: ReadonlyMap<string, string> = new Map();
const NO_PLACE: RunPlace = Object.freeze({});
/** What connection headers say most of the time; they name no header to be dropped. */
const PLAIN_CONNECTION = /^(?:keep-alive|close)$/i;

/**
 * Reads the headers of a request in one pass. Throws 400 for `host`, credentials and `x-tessera-…` headers that come twice, and
 * for values that could not be passed on.
 */
export function readHead(raw: readonly string[]): RequestHead {
  const head = {
    address: undefined as string | undefined,
    effect: undefined as string | undefined,
    tesseraKey: undefined as string | undefined,
    credentials: [] as Credential[],
    tessera: NOTHING as Map<string, string>,
    place: NO_PLACE as { run?: string; agent?: string; effect?: string },
    isAnthropic: false,
    hasHost: false,
    takesTrailers: false,
    cacheControl: "",
    headers: {} as IncomingHttpHeaders,
    bodyLength: undefined as number | undefined,
    hasBody: false,
    forwarded: [] as string[],
  };
  let listed: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    const lower = name.toLowerCase();
    const fate = FATES.get(lower);
    if (fate === undefined) {
      if (lower.startsWith("x-forwarded-")) continue;
      note(head.headers, lower, value);
      if (lower.startsWith("x-tessera")) readOwn(head, lower, value);
      else head.forwarded.push(name, value);
    } else if (fate === "credential") {
      if (head.credentials.some(({ header }) => header === lower)) throw twice(lower);
      head.credentials.push({ header: lower, value });
    } else if (fate === "version") {
      head.isAnthropic = true;
      note(head.headers, lower, value);
      head.forwarded.push(name, value);
    } else if (fate === "host") {
      if (head.hasHost) throw twice(lower);
      head.hasHost = true;
    } else if (fate === "connection") {
      if (!PLAIN_CONNECTION.test(value)) listed = listed === undefined ? value : `${listed},${value}`;
    } else if (fate === "te") {
      head.takesTrailers = /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value);
    } else if (fate === "cache-control") {
      head.cacheControl = value;
      head.forwarded.push(name, value);
    } else if (fate === "length") {
      head.hasBody = true;
      head.bodyLength = Number(value);
    } else if (fate === "coding") {
      head.hasBody = true;
    }
  }
  if (listed !== undefined) head.forwarded = withoutListed(head.forwarded, listed);
  return head;
}

function note(headers: IncomingHttpHeaders, name: string, value: string): void {
  const before = headers[name];
  // What a plain object has of its own accord is no header.
  headers[name] = typeof before === "string" ? `${before}, ${value}` : value;
}

interface OwnHeaders {
  address: string | undefined;
  effect: string | undefined;
  tesseraKey: string | undefined;
  tessera: Map<string, string>;
  place: { run?: string; agent?: string; effect?: string };
}

function readOwn(head: OwnHeaders, lower: string, value: string): void {
  if (UNPRINTABLE.test(value)) throw badRequest(`The header ${lower} holds characters that headers may not hold.`);
  if (lower === "x-tessera-api-key" || lower === "x-tessera-key") {
    if (head.tesseraKey !== undefined) throw twice(lower);
    head.tesseraKey = value.trim();
    return;
  }
  if (lower.startsWith("x-tesserae-")) {
    if (head.place === NO_PLACE) head.place = {};
    if (lower === "x-tesserae-run") head.place.run = once(head.place.run, lower, value);
    else if (lower === "x-tesserae-agent") head.place.agent = once(head.place.agent, lower, value);
    else if (lower === "x-tesserae-address") {
      head.address = once(head.address, lower, value);
      head.place.effect = head.address;
    } else if (lower === "x-tesserae-effect") {
      head.effect = once(head.effect, lower, value);
      // The address says more than the key that is derived from it.
      head.place.effect = head.address ?? head.effect;
    }
    return;
  }
  if (!lower.startsWith("x-tessera-")) return;
  if (head.tessera === NOTHING) head.tessera = new Map();
  const name = lower.slice("x-tessera-".length);
  if (head.tessera.has(name)) throw twice(lower);
  const text = value.trim();
  const rule = RULES.get(name);
  if (rule !== undefined && !rule.pattern.test(text)) throw badRequest(`${lower} must be ${rule.words}.`);
  head.tessera.set(name, text);
}

/** What a header may say. A wish that is not understood is refused: without its header the request would mean something else. */
interface Rule {
  readonly pattern: RegExp;
  readonly words: string;
}

const YES_OR_NO: Rule = { pattern: /^(?:true|false)$/i, words: "true or false" };
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["cache-ttl", { pattern: /^-?\d{1,15}$/, words: "a whole number of seconds" }],
  ["do-not-optimize", YES_OR_NO],
  ["async-tolerant", YES_OR_NO],
  [
    "mechanics",
    {
      pattern: /^-m(?:[1-9]|1[0-2])(?:\s*,\s*-m(?:[1-9]|1[0-2]))*$/i,
      words: "mechanics to be left out, such as -m2,-m4: none can be switched on by a request",
    },
  ],
]);

/** Percent-encoded text of a header that may come once. */
function once(before: string | undefined, header: string, value: string): string {
  if (before !== undefined) throw twice(header);
  if (value.length > LONGEST_PLACE)
    throw badRequest(`The header ${header} is longer than ${LONGEST_PLACE} characters.`);
  if (!value.includes("%")) return value.trim();
  try {
    return decodeURIComponent(value.trim());
  } catch {
    throw badRequest(`The header ${header} is not percent-encoded UTF-8.`);
  }
}

const LONGEST_PLACE = 1024;
/** Control characters; CR and LF cannot arrive in a header, but they can in what is made of one. */
const UNPRINTABLE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

function twice(header: string): Error {
  return badRequest(`The header ${header} must come once: several could be read differently by different parties.`);
}

/** The headers without those that a `connection` header names: they are for this connection alone. */
export function withoutListed(headers: readonly string[], listed: string): string[] {
  const names = new Set(
    listed
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  return headers.filter((_, index) => !names.has((headers[index - (index % 2)] ?? "").toLowerCase()));
}
