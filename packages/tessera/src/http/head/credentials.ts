import type { Upstream } from "../../exchange.ts";
import { badRequest, RelayError } from "../errors/relay-error.ts";
import type { RequestHead } from "./request-head.ts";

/** Who the caller is, and by what the upstream knows it. */
export interface Presented {
  /** The key of the gateway; `undefined` when none came. */
  readonly key: string | undefined;
  /** The headers with the provider's credentials, names and values in turn. */
  readonly headers: readonly string[];
  /** The first credential itself; `undefined` without one. */
  readonly credential: string | undefined;
}

const PREFIX = "tk_";
const ADMIN_PREFIX = "ta_";
const BEARER = /^bearer +/i;

/**
 * Takes the gateway's key from its own header or from the slot of the provider's: `tk_…~PROVIDER-KEY`, or `tk_…` alone
 * where the gateway holds a key for the upstream.
 */
export function readCredentials(head: RequestHead): Presented {
  let key = head.tesseraKey;
  let credential: string | undefined;
  const headers: string[] = [];
  for (const { header, value } of head.credentials) {
    const scheme = header === "authorization" ? (BEARER.exec(value)?.[0] ?? "") : "";
    const slot = value.slice(scheme.length).trim();
    let provider: string | undefined = slot;
    if (slot.startsWith(PREFIX)) {
      const cut = slot.indexOf("~");
      const own = cut === -1 ? slot : slot.slice(0, cut);
      provider = cut === -1 ? undefined : slot.slice(cut + 1);
      if (key !== undefined && key !== own) throw badRequest("Two different keys of the gateway were sent.");
      key = own;
    }
    if (provider === undefined || provider === "") continue;
    // It is for looking after the gateway: a provider must never see it.
    if (provider.startsWith(ADMIN_PREFIX)) throw keyInvalid();
    credential ??= provider;
    headers.push(header, provider === slot ? value : `${scheme === "" ? "" : "Bearer "}${provider}`);
  }
  return { key, headers, credential };
}

/** What is presented to the upstream where the caller has no key of its provider: the one that the gateway holds. */
export function heldCredential(
  presented: Presented,
  upstream: Upstream,
  environment: Readonly<Record<string, string | undefined>>,
): Presented {
  if (presented.credential !== undefined) return presented;
  const held = upstream.credentialEnv === undefined ? undefined : environment[upstream.credentialEnv];
  if (held === undefined || held === "") return presented;
  const headers = upstream.kind === "anthropic" ? ["x-api-key", held] : ["authorization", `Bearer ${held}`];
  return { key: presented.key, headers, credential: held };
}

/** The 401 of a key that is missing, wrong, revoked or expired: the same for all, so that it tells nothing. */
export function keyInvalid(): RelayError {
  return new RelayError(
    401,
    "tessera_key_invalid",
    "The gateway's key is missing, unknown, revoked or expired. Send it as x-tessera-api-key, or before the provider's key as tk_…~KEY.",
  );
}

/** The 401 of a caller that has a key of the gateway and none of the provider. */
export function credentialMissing(upstream: Upstream): RelayError {
  return new RelayError(
    401,
    "tessera_key_invalid",
    `No key of the provider was sent, and the gateway holds none for the upstream ${upstream.id}.`,
  );
}
