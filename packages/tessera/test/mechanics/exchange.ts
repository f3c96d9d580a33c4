import type { Endpoint, Exchange } from "../../src/exchange.ts";
import type { RequestKey, Unshared } from "../../src/mechanics/key/request-key.ts";
import type { Workload } from "../../src/workloads/workload.ts";

/** What of an exchange a test says; all else is as in the vectors of the specification. */
export interface Given extends Partial<Omit<Exchange, "body" | "workload" | "key" | "upstream">> {
  readonly body: unknown;
  readonly tenant?: string;
  readonly keyId?: string;
  readonly upstreamId?: string;
  readonly workload?: string;
  readonly cache?: Partial<Workload["cache"]>;
}

/** The body of the specification's vectors. */
export const HELLO = {
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Hello" }],
  temperature: 0,
};

const PROTOCOLS = {
  "chat.completions": "openai-chat",
  responses: "openai-responses",
  messages: "anthropic",
  "messages.count_tokens": "anthropic",
  embeddings: "openai-chat",
  other: "openai-chat",
} as const satisfies Record<Endpoint, string>;

/** A request of the chat of tenant `t1`, workload `triage`; a body that is text or bytes is taken as it is. */
export function exchangeOf(given: Given): Exchange {
  const {
    body,
    tenant = "t1",
    keyId = "key1",
    upstreamId = "openai-main",
    workload = "triage",
    cache,
    ...rest
  } = given;
  const endpoint = rest.endpoint ?? "chat.completions";
  const protocol = PROTOCOLS[endpoint];
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return {
    id: "tsr_1",
    receivedAt: 0,
    dialect: protocol === "anthropic" ? "anthropic" : "openai",
    endpoint,
    protocol,
    upstream: { id: upstreamId, kind: "openai", baseURL: "https://upstream.example" },
    path: "/chat/completions",
    method: "POST",
    headers: {},
    body: bytes,
    model: "gpt-4o-mini",
    stream: false,
    key: { id: keyId, tenant, label: "", createdAt: 0 },
    workload: {
      tenant,
      name: workload,
      mechanics: { m2: true, m4: true },
      cache: {
        scope: "workload",
        ttlSeconds: 604_800,
        bindCredential: true,
        ignoreUser: false,
        maxTemperature: null,
        maxReplaysPerMinute: null,
        ...cache,
      },
    },
    credentialFingerprint: "-",
    place: {},
    signal: new AbortController().signal,
    ...rest,
  };
}

/** The key, of a request that has one. */
export function known(key: RequestKey | Unshared): RequestKey {
  if ("ineligible" in key) throw new Error(`The request has no key: ${key.ineligible}.`);
  return key;
}
