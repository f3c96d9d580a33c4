import type { IncomingMessage } from "node:http";
import type { Dialect, Exchange, Upstream } from "../exchange.ts";
import { formatDollars } from "@tesserae/wire/cost";
import { isAllowed } from "../keys/glob.ts";
import type { KeyRecord } from "../keys/key-record.ts";
import type { CapRefusal, KeyDirectory, PriceBook, Reservation, SpendCaps, WorkloadDirectory } from "../ports.ts";
import type { WorstCase } from "../relay/worst-case.ts";
import { isWorkloadName, WORKLOAD_NAME_RULE } from "../workloads/workload-name.ts";
import type { Workload } from "../workloads/workload.ts";
import { outlineOf } from "./body/outline.ts";
import { checkedTag, type RequestFacts } from "./body/request-facts.ts";
import { redacted } from "./log/redact.ts";
import { badRequest, RelayError } from "./errors/relay-error.ts";
import { credentialMissing, heldCredential, keyInvalid, readCredentials, type Presented } from "./head/credentials.ts";
import type { RequestHead } from "./head/request-head.ts";
import type { JsonScanner } from "./json/json-scanner.ts";
import type { Route } from "./head/route.ts";

/** Who decides about requests. */
export interface AdmissionParts {
  readonly keys: KeyDirectory;
  readonly workloads: WorkloadDirectory;
  readonly caps: SpendCaps;
  readonly prices: PriceBook;
}

/** A caller that is known. */
export interface KnownCaller {
  readonly key: KeyRecord;
  readonly presented: Presented;
}

/** Finds out who calls. Throws 401 for a key that is missing, unknown, revoked or expired. */
export function authenticate(keys: KeyDirectory, head: RequestHead): KnownCaller {
  const presented = readCredentials(head);
  const key = keys.authenticate(presented.key ?? "");
  if (key === undefined) throw keyInvalid();
  return { key, presented };
}

/** The credential for an upstream. Throws 401 where a slot held a key of the gateway alone and the gateway has none. */
export function credentialFor(caller: KnownCaller, head: RequestHead, upstream: Upstream): Presented {
  const found = heldCredential(caller.presented, upstream, process.env);
  if (found.credential === undefined && head.credentials.length > 0) throw credentialMissing(upstream);
  return found;
}

/** Throws 403 for an upstream or a model that the key may not use. */
export function checkAllowed(key: KeyRecord, upstream: Upstream, model: string): void {
  if (!isAllowed(key.allowedUpstreams, upstream.id))
    throw notAllowed(`The key may not use the upstream ${upstream.id}.`);
  if (key.allowedModels === undefined) return;
  if (model === "" || !isAllowed(key.allowedModels, model)) throw notAllowed("The key may not use this model.");
}

/** The dialect of a request: that of its path, else of its upstream, else of its headers. */
export function dialectOf(route: Route, head: RequestHead, upstream: Upstream | undefined): Dialect {
  if (route.dialect !== undefined) return route.dialect;
  if (upstream !== undefined) return upstream.kind === "anthropic" ? "anthropic" : "openai";
  return head.isAnthropic ? "anthropic" : "openai";
}

/** The tags of a request; those in the body go before those in the headers. */
export function tagsOf(
  head: RequestHead,
  facts: RequestFacts | undefined,
): { readonly feature: string | undefined; readonly customer: string | undefined } {
  const feature = head.tessera.get("feature-tag");
  const customer = head.tessera.get("customer-tag");
  return {
    feature: facts?.featureTag ?? (feature && checkedTag("x-tessera-feature-tag", feature)),
    customer: facts?.customerTag ?? (customer && checkedTag("x-tessera-customer-tag", customer)),
  };
}

/** The caller's own id of a request. Throws 400 for one that is too long, empty, or no plain text. */
export function callerIdOf(head: RequestHead): string | undefined {
  const id = head.tessera.get("request-id");
  if (id === undefined || isCallerId(id)) return id;
  throw badRequest("x-tessera-request-id must be 1 to 128 printable ASCII characters, and no key.");
}

/** Whether a text can be a caller's own id of a request: it is echoed, and written into the ledger, where no key may be. */
export function isCallerId(text: string): boolean {
  return CALLER_ID.test(text) && redacted(text) === text;
}

const CALLER_ID = /^[\u0020-\u007e]{1,128}$/;

/** Finds the workload. Throws 400 for what cannot be a name, 403 for one that the key may not use. */
export function workloadOf(
  workloads: WorkloadDirectory,
  query: {
    readonly key: KeyRecord;
    readonly head: RequestHead;
    readonly featureTag: string | undefined;
    readonly upstream: Upstream;
    readonly dialect: Dialect;
    /** What the body is looked into by; `undefined` for one that is no JSON, or means nothing to the gateway. */
    readonly scanner: JsonScanner;
    readonly facts: RequestFacts | undefined;
  },
): Workload {
  const { key, head, featureTag, upstream, dialect, scanner, facts } = query;
  const header = head.tessera.get("workload");
  if (header !== undefined && !isWorkloadName(header))
    throw badRequest(`x-tessera-workload must be ${WORKLOAD_NAME_RULE}.`);
  const found = workloads.resolve({ key, header, featureTag, upstream, dialect, body: () => outline(scanner, facts) });
  if ("refused" in found) throw notAllowed("The key may not use this workload.");
  return found;
}

/** Sets money aside, or says which cap does not allow it. */
export function reserve(caps: SpendCaps, exchange: Exchange, worst: WorstCase, at: number): Reservation | CapRefusal {
  return caps.reserve({
    tenant: exchange.key.tenant,
    keyId: exchange.key.id,
    workload: exchange.workload.name,
    customerTag: exchange.customerTag,
    worst: worst.cost,
    worstTokens: worst.tokens,
    at,
  });
}

/** The answer to a request that a cap does not allow. */
export function capExceeded(refusal: CapRefusal, status: 402 | 429): RelayError {
  const resetsAt = new Date(refusal.resetsAt).toISOString();
  const { scope, window, unit } = refusal;
  const whose = scope === "global" ? "all requests together" : `this ${scope.replace("_", " ")}`;
  const message = `The ${unit === "usd" ? "spend" : "token"} cap of ${whose} for the ${window} would be passed.`;
  const details = {
    scope,
    window,
    unit,
    limit: unit === "usd" ? formatDollars(refusal.limit) : String(refusal.limit),
    spent: unit === "usd" ? formatDollars(refusal.spent) : String(refusal.spent),
    resets_at: resetsAt,
  };
  const headers = ["x-tessera-reset-at", resetsAt];
  return new RelayError(status, "tessera_spend_cap_exceeded", message, { details, headers });
}

/** The method of a request; a server's request always has one. */
export function methodOf(request: IncomingMessage): string {
  return request.method ?? "GET";
}

function notAllowed(message: string): RelayError {
  return new RelayError(403, "tessera_not_allowed", message);
}

function outline(scanner: JsonScanner, facts: RequestFacts | undefined): unknown {
  try {
    return facts === undefined ? undefined : outlineOf(scanner, facts.body, facts.object);
  } catch {
    return undefined;
  }
}
