import { hash } from "node:crypto";
import { isRawObject } from "@tesserae/wire";
import type { ModelPrice } from "@tesserae/wire/catalogue";
import { canonicalJson, type CanonicalValue } from "../store/canonical-json.ts";

/**
 * The prices that rows of the ledger were reckoned with, as they were on a day. It holds the models that were paid for by
 * then and nothing more, so that a ledger can be checked with what lies in it. Never changed: other prices are another one.
 */
export interface PriceSnapshot {
  /** `ps_` and 26 characters: the hash of {@link PriceSnapshot.text}. */
  readonly id: string;
  /** The document as canonical JSON. */
  readonly text: string;
  /** The day from which on it was used, such as `2026-11-29` (UTC). */
  readonly date: string;
  /** The price table that the prices are from, such as `genai-prices-0.1.8`. */
  readonly source: string;
  /** By provider and model as the price table names them (`openai/gpt-4o-mini`), or as the operator does (`operator/…`). */
  readonly prices: ReadonlyMap<string, ModelPrice>;
}

/** RFC 4648, in lower case. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const ID_CHARACTERS = 26;

/** Makes a snapshot of prices. */
export function makeSnapshot(
  prices: ReadonlyMap<string, ModelPrice>,
  origin: Pick<PriceSnapshot, "date" | "source">,
): PriceSnapshot {
  const document: Record<string, CanonicalValue> = {};
  for (const [name, price] of prices) document[name] = { ...price, tiers: price.tiers?.map((tier) => ({ ...tier })) };
  const text = canonicalJson({ v: 1, date: origin.date, source: origin.source, prices: document });
  return { id: snapshotIdOf(text), text, date: origin.date, source: origin.source, prices: new Map(prices) };
}

/** The id of a snapshot's text: `ps_` and the first 130 bits of its SHA-256 in base32. */
export function snapshotIdOf(text: string): string {
  const digest = hash("sha256", text, "buffer");
  let id = "ps_";
  for (let at = 0; at < ID_CHARACTERS; at += 1) {
    const bit = at * 5;
    const pair = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0);
    id += BASE32[(pair >> (11 - (bit & 7))) & 31];
  }
  return id;
}

/** Reads a snapshot's text; `undefined` when it is no snapshot of this version. */
export function readSnapshot(text: string): PriceSnapshot | undefined {
  const document = parse(text);
  const { v, prices, date, source } = document ?? {};
  if (v !== 1 || !isRawObject(prices) || typeof date !== "string" || typeof source !== "string") return undefined;
  const read = new Map<string, ModelPrice>();
  for (const [name, price] of Object.entries(prices)) {
    if (!isPrice(price)) return undefined;
    read.set(name, price);
  }
  return { id: snapshotIdOf(text), text, date, source, prices: read };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isRawObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

function isPrice(value: unknown): value is ModelPrice {
  if (!isRawObject(value)) return false;
  const { tiers = [], ...rates } = value;
  if (!isRate(rates["input"]) || !isRate(rates["output"]) || !Object.values(rates).every(isRate)) return false;
  return Array.isArray(tiers) && tiers.every((tier) => isRawObject(tier) && Object.values(tier).every(isRate));
}

function isRate(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
