import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../config/gateway-error.ts";
import type { KeyDirectory } from "../ports.ts";
import type { Store } from "../store/store.ts";
import type { KeyRecord } from "./key-record.ts";
import { formatKeyText, makeKeyText, parseKeyText } from "./key-text.ts";
import { KEY_MIGRATIONS, type KeyPolicy, KeyTable, type StoredKey } from "./key-table.ts";

/** A key that was accepted is accepted so long without another look, in milliseconds: the bound of a revocation. */
const TRUSTED_MS = 30_000;
/** The most entries of each cache. */
const CACHED = 2000;
/** No provider's key is longer; what a caller makes up must not fill the memory. */
const LONGEST_CREDENTIAL = 512;
/** Looked for in the place of an id that cannot be one, so that both take the same work. */
const NOBODY = { id: "--------", secret: "-".repeat(43) };

/** How the keys are kept. */
export interface KeysOptions {
  readonly store: Store;
  /** See `readPepper`. */
  readonly pepper: string;
  /** `open`: who presents no key is the tenant `local`. Default `required`. */
  readonly mode?: "required" | "open";
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** What a new key is made with. */
export interface NewKey extends KeyPolicy {
  /** Default `default`. */
  readonly tenant?: string;
  /** For people. Default empty. */
  readonly label?: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** A key as lists show it. */
export interface ListedKey extends KeyRecord {
  /** The last UTC day on which it was used, `2026-01-31`. */
  readonly lastUsedDay?: string;
}

/**
 * The keys of the gateway: found by their id, compared by the HMAC of their secret in constant time. A secret is never
 * stored. A revocation in this process holds at once, one by another process within 30 seconds.
 */
export class Keys implements KeyDirectory {
  readonly #table: KeyTable;
  readonly #pepper: string;
  #mode: "required" | "open";
  readonly #now: () => number;
  /** Compared with where no key was found. */
  readonly #noMac = randomBytes(32);
  readonly #trusted = new Map<string, { readonly record: KeyRecord; readonly until: number }>();
  readonly #fingerprints = new Map<string, string>();
  readonly #local: KeyRecord;

  /**
   * Brings the tables up to date.
   *
   * @throws GatewayError `ERR_INVALID_STATE` when the keys of the database were made with another pepper.
   */
  constructor({ store, pepper, mode = "required", now = Date.now }: KeysOptions) {
    store.migrate("keys", KEY_MIGRATIONS);
    this.#table = new KeyTable(store.database);
    this.#pepper = pepper;
    this.#mode = mode;
    this.#now = now;
    this.#local = { id: "local", tenant: "local", label: "without a key", createdAt: now() };
    const mac = this.#mac("tessera-pepper-v1").toString("hex");
    if (store.readOnly || this.#table.pepperMac(mac) === mac) return;
    throw new GatewayError(
      "ERR_INVALID_STATE",
      `The keys in ${store.path} were made with another pepper, so none of them would be accepted. ` +
        `Give the environment variable or the file ${store.path}.pepper its former value again.`,
    );
  }

  authenticate(presented: string): KeyRecord | undefined {
    const now = this.#now();
    const trusted = this.#trusted.get(presented);
    if (trusted !== undefined && now < trusted.until)
      return isExpired(trusted.record, now) ? undefined : trusted.record;
    if (presented === "" && this.#mode === "open") return this.#local;
    // The same work for every outcome: one look-up, one HMAC, one comparison.
    const { id, secret } = parseKeyText(presented) ?? NOBODY;
    const stored = this.#table.find(id);
    const expected = stored === undefined ? this.#noMac : Buffer.from(stored.mac, "hex");
    const isEqual = timingSafeEqual(this.#mac(secret), expected);
    this.#trusted.delete(presented);
    if (stored === undefined || !isEqual || stored.record.revokedAt !== undefined) return undefined;
    if (isExpired(stored.record, now)) return undefined;
    keep(this.#trusted, presented, { record: stored.record, until: now + TRUSTED_MS });
    this.#markUsed(stored, now);
    return stored.record;
  }

  fingerprint(credential: string): string {
    const known = this.#fingerprints.get(credential);
    if (known !== undefined) return known;
    const fingerprint = this.#mac(credential).toString("hex").slice(0, 16);
    if (credential.length <= LONGEST_CREDENTIAL) keep(this.#fingerprints, credential, fingerprint);
    return fingerprint;
  }

  /** Makes a key. Its text is given here and never again. */
  create({ tenant = "default", label = "", expiresAt, ...policy }: NewKey = {}): {
    readonly key: string;
    readonly record: KeyRecord;
  } {
    const text = makeKeyText();
    const record: KeyRecord = {
      id: text.id,
      tenant,
      label,
      createdAt: this.#now(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...policy,
    };
    this.#table.insert({ record, mac: this.#mac(text.secret).toString("hex"), lastUsedDay: undefined });
    return { key: formatKeyText(text), record };
  }

  /** All keys, the oldest first, revoked ones among them. */
  list(): readonly ListedKey[] {
    return this.#table
      .all()
      .map(({ record, lastUsedDay }) => (lastUsedDay === undefined ? record : { ...record, lastUsedDay }));
  }

  /** How many keys there are that may be used. */
  countUsable(): number {
    const now = this.#now();
    return this.#table.all().filter(({ record }) => record.revokedAt === undefined && !isExpired(record, now)).length;
  }

  /** The key of this id, whatever its state. */
  find(id: string): KeyRecord | undefined {
    return id === "local" ? this.#local : this.#table.find(id)?.record;
  }

  /**
   * Takes a key back.
   *
   * @returns false when it had been revoked before.
   * @throws GatewayError `ERR_NOT_FOUND`
   */
  revoke(id: string): boolean {
    this.#known(id);
    const isNew = this.#table.revoke(id, this.#now());
    this.forget();
    return isNew;
  }

  /**
   * Gives a key another secret; its text is given here and never again. Policy, caps and what was spent stay with the key.
   * The former secret is refused from now on, by another process within 30 seconds.
   *
   * @throws GatewayError `ERR_NOT_FOUND`, or `ERR_INVALID_STATE` for a key that was revoked.
   */
  rotate(id: string): { readonly key: string; readonly record: KeyRecord } {
    const { record } = this.#known(id);
    if (record.revokedAt !== undefined) {
      throw new GatewayError(
        "ERR_INVALID_STATE",
        `The key ${id} is revoked. \`tessera keys create\` makes another one.`,
      );
    }
    const { secret } = makeKeyText();
    this.#table.setMac(id, this.#mac(secret).toString("hex"));
    this.forget();
    return { key: formatKeyText({ id, secret }), record };
  }

  /** Says whether from now on a key is needed. */
  setMode(mode: "required" | "open"): void {
    this.#mode = mode;
  }

  /** Looks at every key anew from now on: another process may have revoked some. */
  forget(): void {
    this.#trusted.clear();
  }

  #known(id: string): StoredKey {
    const stored = this.#table.find(id);
    if (stored !== undefined) return stored;
    throw new GatewayError("ERR_NOT_FOUND", `There is no key ${id}. \`tessera keys list\` shows the ids.`);
  }

  /** Once a day and key. A day that cannot be written, for example beside a long write, is no reason to refuse a key. */
  #markUsed({ record, lastUsedDay }: StoredKey, now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    if (day === lastUsedDay) return;
    try {
      this.#table.markUsed(record.id, day);
    } catch {
      // The next look-up tries again.
    }
  }

  #mac(secret: string): Buffer {
    return createHmac("sha256", this.#pepper).update(secret).digest();
  }
}

function isExpired({ expiresAt }: KeyRecord, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt;
}

/** Keeps an entry; at the limit all others go, which costs them one look-up. */
function keep<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= CACHED) cache.clear();
  cache.set(key, value);
}
