import type { EffectCodec, LeafSpec } from "../effects/effect-spec.ts";
import { CancelledError, isAbortError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";
import { isObject } from "../json.ts";
import { requestUsageFromJson, requestUsageToJson } from "../models/message-json.ts";
import type { Charge } from "../run/meter.ts";
import { toJson } from "../to-json.ts";
import type { Ask } from "./ask.ts";
import type { BeginEntry, SettleEntry } from "./entries.ts";
import { askerError, errorFromJson, errorToJson } from "./error-json.ts";
import { addCharge } from "./leaf-charge.ts";
import type { OpenLeaf } from "./open-leaf.ts";
import type { Packer } from "./packer.ts";

/** What the body of a leaf came to. */
export type Outcome<T> =
  | { readonly o: "ok"; readonly value: T }
  | { readonly o: "error" | "aborted"; readonly error: unknown };

/** An outcome as its asker gets it, and as it is counted. */
export interface Settled<T> {
  readonly outcome: Outcome<T>;
  readonly charge: Charge | undefined;
}

/** Writes that a leaf was started. */
export function beginEntry(ask: Ask, at: number): BeginEntry {
  const { spec } = ask;
  const id = spec.input?.requestId;
  return {
    e: "begin",
    a: ask.address,
    at,
    k: spec.kind,
    n: spec.name,
    q: ask.hash,
    r: ask.request,
    x: spec.repeat ?? "never",
    ...(id === undefined ? {} : { id }),
  };
}

/** An outcome with the entry that records it; a result that cannot be written is an error. */
export function settle<T>(
  ask: Ask<T>,
  body: Outcome<T>,
  leaf: OpenLeaf,
  items: readonly unknown[],
  ms: number,
  packer: Packer,
): { readonly settled: Settled<T>; readonly entry: SettleEntry } {
  let outcome = askerOutcome(body);
  let written: Pick<SettleEntry, "value" | "error" | "s"> = {};
  try {
    written = write(ask, body, items, packer);
  } catch (error) {
    outcome = { o: "error", error: askerError(error) };
    written = { error: errorToJson(error) };
  }
  const own = outcome.o === "ok" ? ask.spec.account?.charge?.(outcome.value) : undefined;
  const charge = addCharge(own, leaf);
  const entry: SettleEntry = {
    e: "settle",
    a: ask.address,
    at: Date.now(),
    o: outcome.o,
    ...written,
    ...(charge === undefined ? {} : { u: requestUsageToJson(charge.usage), cost: charge.cost ?? null }),
    ms: Math.round(ms),
    ...(leaf.attempts === undefined ? {} : { tries: leaf.attempts.length }),
  };
  return { settled: { outcome, charge }, entry };
}

/** Reads an outcome again. */
export function readSettle<T>(
  spec: LeafSpec<T>,
  entry: SettleEntry,
  read: (json: Json) => Json,
): { readonly settled: Settled<T>; readonly items: readonly unknown[] } {
  const value = entry.o === "ok" ? decode(spec.codec, read(entry.value ?? null)) : undefined;
  const items = entry.s === undefined ? [] : (spec.items?.decode(read(entry.s), value) ?? []);
  const charge =
    entry.u === undefined ? undefined : { usage: requestUsageFromJson(entry.u), cost: entry.cost ?? undefined };
  return { settled: { outcome: readOutcome(entry, value), charge }, items };
}

/** Reads what a settle entry says of a request, for people. */
export function errorOf(entry: SettleEntry): ReturnType<typeof errorFromJson> {
  return errorFromJson(entry.error ?? { name: "Error", code: null, message: "An error that was not recorded." });
}

function readOutcome<T>(entry: SettleEntry, value: T | undefined): Outcome<T> {
  // An outcome `ok` was decoded above: the value is there, though it may be undefined by its nature.
  if (entry.o === "ok") return { o: "ok", value: value as T };
  if (entry.o === "aborted") return { o: "aborted", error: new CancelledError(entry.error?.message) };
  return { o: "error", error: errorOf(entry) };
}

function askerOutcome<T>(body: Outcome<T>): Outcome<T> {
  if (body.o === "ok") return body;
  if (body.o === "error") return { o: "error", error: askerError(body.error) };
  const { error } = body;
  return {
    o: "aborted",
    error: new CancelledError(error instanceof Error ? error.message : undefined, { cause: error }),
  };
}

/** How a thrown value ended a leaf: an abort is one only when somebody aborted. */
export function failure<T>(error: unknown, aborted: boolean): Outcome<T> {
  return aborted && isAbortError(error) ? { o: "aborted", error } : { o: "error", error };
}

function write<T>(
  ask: Ask<T>,
  outcome: Outcome<T>,
  items: readonly unknown[],
  packer: Packer,
): Pick<SettleEntry, "value" | "error" | "s"> {
  const { spec, address } = ask;
  const value = outcome.o === "ok" ? outcome.value : undefined;
  const result =
    outcome.o === "ok"
      ? { value: packer.value(toJson(encode(spec.codec, outcome.value), `the result of ${address}`)) }
      : { error: errorToJson(outcome.error) };
  if (items.length === 0 || spec.items === undefined) return result;
  return { ...result, s: packer.value(toJson(spec.items.encode(items, value), `the items of ${address}`)) };
}

function encode<T>(codec: EffectCodec<T> | undefined, value: T): unknown {
  return codec === undefined ? value : codec.encode(value);
}

function decode<T>(codec: EffectCodec<T> | undefined, json: Json): T {
  // Without a codec the value was JSON itself when it was recorded.
  return codec === undefined ? (json as T) : codec.decode(json);
}

/** The members of a decision about an effect in doubt. */
export function decisionOf(
  value: Json,
): { readonly choice: "done" | "repeat" | "fail"; readonly value: Json } | undefined {
  const choice = isObject(value) ? value["choice"] : value;
  if (choice !== "done" && choice !== "repeat" && choice !== "fail") return undefined;
  return { choice, value: (isObject(value) ? value["value"] : undefined) ?? null };
}
