/** A length of time; the members add up. */
export interface Duration {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** A time: Unix seconds, a `Date`, ISO text with an offset, or how long ago, as an object or as `"1d12h"`. */
export type Since = number | Date | string | Duration;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const UNITS: Readonly<Record<string, string>> = { weeks: "w", days: "d", hours: "h", minutes: "m", seconds: "s" };
const SHORTHAND = /^(?:\d+(?:\.\d+)?[smhdw])+$/i;
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?<offset>Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A time in Unix seconds. `now` is in milliseconds since 1970; default: the clock.
 *
 * @throws TypeError when it is no time, lies before 1970, or is text whose offset from UTC is not given.
 */
export function parseSince(since: Since, now: number = Date.now()): number {
  if (typeof since === "number") return checked(since, since);
  if (since instanceof Date) return checked(since.getTime() / 1000, since);
  if (typeof since === "string") return parseText(since.trim(), now);
  if (typeof since !== "object" || since === null) throw notATime(since);
  return checked(now / 1000 - secondsOf(since), since);
}

function parseText(text: string, now: number): number {
  if (SHORTHAND.test(text)) {
    let seconds = 0;
    for (const [, count, unit] of text.matchAll(/([\d.]+)([smhdw])/gi)) {
      seconds += Number(count) * (SECONDS[(unit ?? "").toLowerCase()] ?? 0);
    }
    return checked(now / 1000 - seconds, text);
  }
  const iso = ISO.exec(text);
  if (iso === null) throw notATime(text);
  if (iso.groups?.["offset"] === undefined) {
    throw new TypeError(`"${text}" says no offset from UTC: add Z, or one such as +02:00.`);
  }
  return checked(Date.parse(text.replace(" ", "T")) / 1000, text);
}

function secondsOf(duration: Duration): number {
  let seconds = 0;
  for (const [name, count] of Object.entries(duration)) {
    const factor = SECONDS[UNITS[name] ?? ""];
    if (factor === undefined)
      throw new TypeError(`"${name}" is no unit of time: ${Object.keys(UNITS).join(", ")} are.`);
    if (typeof count !== "number" || !(count >= 0)) throw new TypeError(`${name}: ${count} is no length of time.`);
    seconds += count * factor;
  }
  return seconds;
}

/** A time long before the first log is no mistake ("everything of ten thousand weeks"); one before 1970 as such is. */
function checked(seconds: number, given: unknown): number {
  const isAgo =
    typeof given === "string" ? SHORTHAND.test(given) : typeof given === "object" && !(given instanceof Date);
  if (Number.isFinite(seconds) && (seconds >= 0 || isAgo)) return Math.max(seconds, 0);
  throw notATime(given);
}

function notATime(given: unknown): TypeError {
  const shown = typeof given === "string" ? `"${given}"` : String(given);
  return new TypeError(
    `${shown} is no time: give Unix seconds, a Date, ISO text with an offset, or how long ago, such as "24h" or "1d12h".`,
  );
}
