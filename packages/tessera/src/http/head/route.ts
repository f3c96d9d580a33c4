import type { Protocol } from "@tesserae/wire";
import type { Dialect, Endpoint } from "../../exchange.ts";
import { badRequest, RelayError } from "../errors/relay-error.ts";

/** Where a request wants to go. */
export interface Route {
  readonly endpoint: Endpoint;
  /** `undefined` for paths that both dialects have: headers decide. */
  readonly dialect: Dialect | undefined;
  /** The upstream that the path names. */
  readonly upstream: string | undefined;
  /** What follows the version of the API: `/chat/completions`, `/messages/count_tokens`. */
  readonly resource: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Whether the gateway knows the path; others are only passed on where the settings say so. */
  readonly isKnown: boolean;
}

/**
 * Reads the target of a request: `/v1/RESOURCE`, `/v1/UPSTREAM/RESOURCE` or `/v1/UPSTREAM/v1/RESOURCE`.
 * Throws {@link RelayError}: 404 for what is not below `/v1/`, 400 for paths that others could read in another way,
 * 405 for a method that a known path does not have.
 */
export function routeOf(method: string, target: string, isUpstream: (id: string) => boolean): Route {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? "" : target.slice(mark);
  if (path.startsWith("/") && AMBIGUOUS.test(path)) {
    throw badRequest(
      "The path holds dot segments, empty segments, or characters encoded that are written as they are.",
    );
  }
  if (HEALTH.has(path) && !READING.includes(method)) throw noMethod(method, READING);
  // What is below `/v1/tessera/` would be of the gateway itself: no upstream is asked for it.
  if (!path.startsWith("/v1/") || path.startsWith("/v1/tessera/")) throw unknownRoute();
  let resource = path.slice(3);
  let upstream: string | undefined;
  const slash = resource.indexOf("/", 1);
  if (slash !== -1 && isUpstream(resource.slice(1, slash))) {
    upstream = resource.slice(1, slash);
    resource = resource.slice(slash);
    if (resource.startsWith("/v1/")) resource = resource.slice(3);
  }
  const known = KNOWN.get(resource) ?? byId(resource);
  if (known === undefined) {
    // Passed on as unknown, it would cost money past caps and prices at an upstream that is not so strict.
    const plain = resource.toLowerCase().replace(/\/+$/, "");
    if (KNOWN.has(plain))
      throw badRequest(`The path is to be written as ${plain}, in lower case and without a slash at its end.`);
    return { endpoint: "other", dialect: undefined, upstream, resource, query, isKnown: false };
  }
  if (!known.methods.includes(method)) throw noMethod(method, known.methods);
  const endpoint = method === "POST" ? known.endpoint : "other";
  return { endpoint, dialect: known.dialect, upstream, resource, query, isKnown: true };
}

/** The protocol that an endpoint speaks. */
export function protocolOf(endpoint: Endpoint, dialect: Dialect): Protocol {
  if (dialect === "anthropic") return "anthropic";
  return endpoint === "responses" ? "openai-responses" : "openai-chat";
}

/** The 404 of a path that the gateway does not serve. */
export function unknownRoute(): RelayError {
  return new RelayError(
    404,
    "tessera_unknown_route",
    "The gateway has no such path. It serves /v1/chat/completions, /v1/responses, /v1/messages, /v1/embeddings and /v1/models, each also below /v1/UPSTREAM.",
  );
}

function noMethod(method: string, known: readonly string[]): RelayError {
  const headers = ["allow", known.join(", ")];
  return new RelayError(405, "tessera_bad_request", `The path has no method ${method}.`, { headers });
}

/** The paths that are answered without a key, and their methods. */
const HEALTH: ReadonlySet<string> = new Set(["/healthz", "/health", "/readyz"]);
const READING: readonly string[] = ["GET", "HEAD"];

interface KnownResource {
  readonly endpoint: Endpoint;
  readonly dialect: Dialect | undefined;
  readonly methods: readonly string[];
}

const KNOWN: ReadonlyMap<string, KnownResource> = new Map<string, KnownResource>([
  ["/chat/completions", { endpoint: "chat.completions", dialect: "openai", methods: ["POST"] }],
  ["/responses", { endpoint: "responses", dialect: "openai", methods: ["POST"] }],
  ["/messages", { endpoint: "messages", dialect: "anthropic", methods: ["POST"] }],
  ["/messages/count_tokens", { endpoint: "messages.count_tokens", dialect: "anthropic", methods: ["POST"] }],
  ["/embeddings", { endpoint: "embeddings", dialect: "openai", methods: ["POST"] }],
  ["/models", { endpoint: "other", dialect: undefined, methods: ["GET"] }],
]);

const MODEL: KnownResource = { endpoint: "other", dialect: undefined, methods: ["GET"] };
const RESPONSE: KnownResource = { endpoint: "other", dialect: "openai", methods: ["GET", "DELETE"] };
/** What a response is made to do: `cancel`, `compact`. */
const RESPONSE_ACTION: KnownResource = { endpoint: "other", dialect: "openai", methods: ["GET", "POST"] };

function byId(resource: string): KnownResource | undefined {
  if (resource.startsWith("/models/")) return MODEL;
  if (resource === "/responses/compact" || resource === "/responses/input_tokens") return RESPONSE_ACTION;
  if (!resource.startsWith("/responses/")) return undefined;
  return resource.indexOf("/", "/responses/".length) === -1 ? RESPONSE : RESPONSE_ACTION;
}

/**
 * What one reader of a path may take for another path: encoded slashes, backslashes, NUL, percent signs, and the letters,
 * digits and signs that are never encoded (RFC 3986, 2.3); segments that are `.`, `..` or empty; what no path may hold as it is.
 */
const AMBIGUOUS = /%(?:00|25|2[def]|3\d|4[1-9a-f]|5[\dacf]|6[1-9a-f]|7[\dae])|\/\.{1,2}(?:\/|$)|\/\/|[\\#]/i;
