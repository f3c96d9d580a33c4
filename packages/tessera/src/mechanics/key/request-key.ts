import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Exchange } from "../../exchange.ts";
import { CanonicalReader, Ineligible, type CanonicalBody } from "./canonical-reader.ts";
import { usesServerTools } from "./server-tools.ts";

/** What two requests have in common that must get the same answer. */
export interface RequestKey {
  /** SHA-256 in 64 hex digits. */
  readonly key: string;
  /** `undefined` where the request names none; 0 at endpoints that draw no samples. */
  readonly temperature: number | undefined;
  /** The form in which the answer is asked for. */
  readonly form: AnswerForm;
  /** Whether a streamed chat is to end with its usage (`stream_options.include_usage`). */
  readonly asksUsage: boolean;
}

/** A body as JSON, or as server-sent events. */
export type AnswerForm = "json" | "sse";

/** A request that no other can share an answer with; `ineligible` is the word for `x-tessera-cache: ineligible:<word>`. */
export interface Unshared {
  readonly ineligible: string;
}

const VERSION = "tessera-cache-v1";
const ENDPOINTS: ReadonlySet<string> = new Set([
  "chat.completions",
  "responses",
  "embeddings",
  "messages",
  "messages.count_tokens",
]);
/** Endpoints whose answer is one of JSON, and the same each time. */
const COMPUTED: ReadonlySet<string> = new Set(["embeddings", "messages.count_tokens"]);
/** Headers that change the answer, in the order of canonical JSON. */
const SEMANTIC_HEADERS = [
  "anthropic-beta",
  "anthropic-version",
  "openai-beta",
  "openai-organization",
  "openai-project",
] as const;
/** Both betas of Anthropic's SDK and its plain calls mean the same; other queries are nobody's but the provider's. */
const KNOWN_QUERY = /^[^?]*(?:\?(?:beta=true)?)?$/;

/** Finds out which requests are the same: the key of the exact cache and of coalescing. */
export class RequestKeys {
  readonly #reader = new CanonicalReader();

  /**
   * The key of a request. It holds the tenant, the scope, the provider's credential, where the request goes, and its
   * body in canonical form, without what only says how the answer is delivered or priced.
   */
  keyOf(exchange: Exchange): RequestKey | Unshared {
    try {
      return this.#keyOf(exchange);
    } catch (error) {
      if (error instanceof Ineligible) return { ineligible: error.reason };
      throw error;
    }
  }

  #keyOf(exchange: Exchange): RequestKey {
    if (exchange.method !== "POST" || !ENDPOINTS.has(exchange.endpoint)) throw new Ineligible("endpoint");
    if (!KNOWN_QUERY.test(exchange.path)) throw new Ineligible("query");
    const { cache } = exchange.workload;
    const body = this.#reader.read(exchange.body, { model: exchange.model, ignoreUser: cache.ignoreUser });
    const isComputed = COMPUTED.has(exchange.endpoint);
    const temperature = isComputed ? 0 : temperatureOf(body);
    checkEligible(exchange, body);
    if (cache.maxTemperature !== null && (temperature ?? 1) > cache.maxTemperature) throw new Ineligible("temperature");
    const credential = cache.bindCredential ? exchange.credentialFingerprint : "-";
    const { kind, id } = exchange.upstream;
    const place = `${VERSION}\n${exchange.key.tenant}\n${scopeOf(exchange, body)}\n${credential}\n${kind}\n${id}`;
    const text = `${place}\n${exchange.endpoint}\n${headersOf(exchange.headers)}\n${body.text}`;
    return {
      key: hash("sha256", text, "hex"),
      temperature,
      form: exchange.stream && !isComputed ? "sse" : "json",
      asksUsage: body.members.get("stream_options")?.includes('"include_usage":true') ?? false,
    };
  }
}

function temperatureOf(body: CanonicalBody): number | undefined {
  const text = body.members.get("temperature");
  if (text === undefined || text === "null") return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Ineligible("temperature");
  return value;
}

function checkEligible(exchange: Exchange, body: CanonicalBody): void {
  const { members } = body;
  const says = (name: string): boolean => !EMPTY.has(members.get(name) ?? "null");
  if (!members.has("model")) throw new Ineligible("model");
  if (says("n") && members.get("n") !== "1") throw new Ineligible("n");
  if (exchange.endpoint === "responses" ? members.get("store") !== "false" : says("store"))
    throw new Ineligible("store");
  if (says("background")) throw new Ineligible("background");
  if (says("previous_response_id")) throw new Ineligible("previous-response");
  if (says("conversation")) throw new Ineligible("conversation");
  if (says("audio") || members.get("modalities")?.includes('"audio"') === true) throw new Ineligible("audio");
  if (usesServerTools(exchange.protocol, exchange.model, body)) throw new Ineligible("server-tools");
}

/** What says no more than a member that is absent. */
const EMPTY: ReadonlySet<string> = new Set(["null", "false"]);

/** Who shares answers with one another. */
function scopeOf(exchange: Exchange, body: CanonicalBody): string {
  const { cache, name } = exchange.workload;
  switch (cache.scope) {
    case "workload":
      return `w:${name}`;
    case "key":
      return `k:${exchange.key.id}`;
    case "tenant":
      return "t";
    case "user": {
      const user = body.members.get("safety_identifier") ?? body.members.get("user") ?? body.userId;
      // Without a name there is nobody to keep apart, so nothing is shared at all.
      if (user === undefined || user === "null" || user === '""') throw new Ineligible("user");
      return `u:${name}:${user}`;
    }
  }
}

/** The headers that change the answer, as canonical JSON. */
function headersOf(headers: IncomingHttpHeaders): string {
  let text = "";
  for (const name of SEMANTIC_HEADERS) {
    const given = headers[name];
    if (given === undefined) continue;
    const value = typeof given === "string" ? given : given.join(",");
    const known = name === "anthropic-beta" ? sortedList(value) : value;
    text += `${text === "" ? "" : ","}"${name}":${JSON.stringify(known)}`;
  }
  return `{${text}}`;
}

function sortedList(value: string): string {
  const entries = value.split(",").map((entry) => entry.trim());
  return [...new Set(entries.filter((entry) => entry !== ""))].sort().join(",");
}
