import type { CapWindow } from "./cap.ts";

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday: so many days after a Monday. */
const THURSDAY = 3;

/** A window of a cap: from `start`, until before `end`, in milliseconds since 1970. */
export interface WindowSpan {
  readonly start: number;
  readonly end: number;
}

/** The window that a moment lies in. Days begin at midnight UTC, weeks on Monday, months on the first. */
export function windowAt(window: CapWindow, at: number): WindowSpan {
  const day = Math.floor(at / DAY_MS);
  switch (window) {
    case "day":
      return { start: day * DAY_MS, end: (day + 1) * DAY_MS };
    case "week": {
      const monday = day - ((((day + THURSDAY) % 7) + 7) % 7);
      return { start: monday * DAY_MS, end: (monday + 7) * DAY_MS };
    }
    case "month": {
      const date = new Date(at);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
    }
  }
}
