import { GatewayError } from "../config/gateway-error.ts";

/** A month in UTC: from `from`, until before `to`, in milliseconds since 1970. */
export interface Month {
  /** `2026-03`. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Reads a month; without one the last that is over at `now`. @throws GatewayError `ERR_INVALID_ARGUMENT` */
export function monthOf(text: string | undefined, now: number): Month {
  if (text !== undefined) {
    const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
    if (year !== undefined && month !== undefined) return monthAt(Number(year), Number(month) - 1);
    throw new GatewayError("ERR_INVALID_ARGUMENT", `--month takes a month such as 2026-03, not "${text}".`);
  }
  const today = new Date(now);
  return monthAt(today.getUTCFullYear(), today.getUTCMonth() - 1);
}

function monthAt(year: number, month: number): Month {
  const from = Date.UTC(year, month);
  return { name: new Date(from).toISOString().slice(0, 7), from, to: Date.UTC(year, month + 1) };
}
