import { WireError } from "@tesserae/wire";

/** What goes wrong with an answer, on demand. */
export type Fault =
  | {
      /** An error of the provider, in its own form. */
      readonly type: "status";
      /** 400 to 599. */
      readonly status: number;
      /** How long the client is told to wait. Default: a second with 429, 503 and 529, else nothing is told. */
      readonly waitMs?: number;
    }
  /** The connection is reset before anything is answered. */
  | { readonly type: "reset" }
  /** The connection ends after this many bytes of the body. */
  | { readonly type: "cut"; readonly afterBytes: number }
  /** Nothing comes any more: after this many bytes of the body, or from the start. */
  | { readonly type: "stall"; readonly afterBytes?: number }
  /** Bytes that are no JSON (in the form of the answer), or no HTTP. */
  | { readonly type: "garbage"; readonly of: "body" | "http" }
  /** The first byte comes late. */
  | { readonly type: "slow"; readonly ms: number };

/** A fault and the calls that it hits. */
export interface PlannedFault {
  readonly fault: Fault;
  /** The first and the last call, counted from 1. */
  readonly from: number;
  readonly to: number;
}

/** The forms that {@link parseFault} reads, for people. */
export const FAULT_FORMS =
  "a status from 400 to 599 (429, or 429:2.5 for a wait of 2.5 s), reset, cut:BYTES, stall, stall:BYTES, garbage, garbage:http, slow:MS";

/** Reads a fault from text such as `429:0.5`, `cut:100` or `slow:2000`. Throws `ERR_INVALID_ARGUMENT`. */
export function parseFault(text: string): Fault {
  const [, kind = "", value] = /^([a-z]+|\d{3})(?::(.*))?$/.exec(text.trim()) ?? [];
  const fault = /^\d/.test(kind) ? statusFault(Number(kind), value) : namedFault(kind, value);
  if (fault !== undefined) return fault;
  throw new WireError("ERR_INVALID_ARGUMENT", `"${text}" is no fault. A fault is ${FAULT_FORMS}.`);
}

/** Reads a fault and the calls that it hits: `429@2` the second call, `reset@2-4`, `slow:100` all. */
export function parsePlannedFault(text: string): PlannedFault {
  const [, what = "", first, last] = /^([^@]*)(?:@(\d+)(?:-(\d+))?)?$/.exec(text.trim()) ?? [];
  const from = first === undefined ? 1 : Number(first);
  const to = first === undefined ? Number.POSITIVE_INFINITY : Number(last ?? first);
  if (what === "" || from < 1 || to < from) {
    const form = `FAULT, FAULT@CALL or FAULT@FIRST-LAST, the first call being 1. A fault is ${FAULT_FORMS}.`;
    throw new WireError("ERR_INVALID_ARGUMENT", `"${text}" is no planned fault: give ${form}`);
  }
  return { fault: parseFault(what), from, to };
}

function statusFault(status: number, seconds: string | undefined): Fault | undefined {
  if (status < 400 || status > 599) return undefined;
  if (seconds === undefined) return { type: "status", status };
  return /^\d+(\.\d+)?$/.test(seconds)
    ? { type: "status", status, waitMs: Math.round(Number(seconds) * 1000) }
    : undefined;
}

function namedFault(kind: string, value: string | undefined): Fault | undefined {
  const count = value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  if (kind === "reset" && value === undefined) return { type: "reset" };
  if (kind === "stall" && value === undefined) return { type: "stall" };
  if (kind === "garbage" && (value === undefined || value === "http" || value === "body"))
    return { type: "garbage", of: value ?? "body" };
  if (count === undefined) return undefined;
  if (kind === "cut") return { type: "cut", afterBytes: count };
  if (kind === "stall") return { type: "stall", afterBytes: count };
  return kind === "slow" ? { type: "slow", ms: count } : undefined;
}

/** The fault as text: what {@link parseFault} reads. */
export function faultText(fault: Fault): string {
  switch (fault.type) {
    case "status":
      return `${fault.status}${fault.waitMs === undefined ? "" : `:${fault.waitMs / 1000}`}`;
    case "reset":
      return "reset";
    case "cut":
      return `cut:${fault.afterBytes}`;
    case "stall":
      return fault.afterBytes === undefined ? "stall" : `stall:${fault.afterBytes}`;
    case "garbage":
      return fault.of === "http" ? "garbage:http" : "garbage";
    case "slow":
      return `slow:${fault.ms}`;
  }
}
