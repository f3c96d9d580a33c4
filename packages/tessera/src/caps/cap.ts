import type { CapRefusal } from "../ports.ts";

/** Whose spending a cap limits. */
export type CapScope = CapRefusal["scope"];
/** How long a cap counts before it begins anew: a day, a week from Monday, a month, all in UTC. */
export type CapWindow = CapRefusal["window"];
/** What a cap counts: pico-dollars, or tokens of input and output together. */
export type CapUnit = CapRefusal["unit"];
/** Whether a cap that would be passed refuses the request, or only tells. */
export type CapMode = "block" | "warn";

/** The scopes, narrow ones first. */
export const CAP_SCOPES: readonly CapScope[] = ["workload", "key", "tenant", "customer_tag", "global"];
/** The windows, short ones first. */
export const CAP_WINDOWS: readonly CapWindow[] = ["day", "week", "month"];
/** The units. */
export const CAP_UNITS: readonly CapUnit[] = ["usd", "tokens"];
/** The modes. */
export const CAP_MODES: readonly CapMode[] = ["block", "warn"];

/** A limit of spending. */
export interface Cap {
  readonly scope: CapScope;
  /** The workload's name, the key's id, the tenant or the customer's tag; `*`: each of them on its own; empty for `global`. */
  readonly subject: string;
  readonly window: CapWindow;
  readonly unit: CapUnit;
  /** In pico-dollars or tokens. */
  readonly limit: bigint;
  readonly mode: CapMode;
}

/** Two caps of the same name cannot hold at once: the later one takes the place of the earlier one. */
export function capName({ scope, subject, window, unit }: Omit<Cap, "limit" | "mode">): string {
  return JSON.stringify([scope, subject, window, unit]);
}
