/** A span of time, as Python's `timedelta` takes it. The parts add up. */
export interface Duration {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/**
 * A point in time: Unix seconds, a `Date`, an ISO 8601 text with an offset (`2026-11-29T08:00:00Z`), or how long ago it
 * was: a duration, or text such as `24h`, `7d`, `1d12h` (units `s`, `m`, `h`, `d`, `w`).
 */
export type Since = number | string | Date | Duration;

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
  ["w", 604_800],
  ["seconds", 1],
  ["minutes", 60],
  ["hours", 3600],
  ["days", 86_400],
  ["weeks", 604_800],
]);

const FORMS =
  "Give Unix seconds, a Date, an ISO time with its offset such as 2026-11-29T08:00:00Z, a duration such as { hours: 24 }, or text such as 24h, 7d or 1d12h.";
const NUMBER = /^\d+(?:\.\d+)?$/;
const SHORTHAND = /^(?:\d+(?:\.\d+)?[smhdw])+$/;
const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?<fraction>[.,]\d+)?)?(?<offset>[Zz]|(?<sign>[+-])(?<offsetHour>\d\d)(?::?(?<offsetMinute>\d\d))?)?$/;

/**
 * The Unix seconds that a `since` or `until` means. A time without an offset is refused, since nobody can know whose
 * clock it was read from. `now` is in milliseconds since 1970.
 * @throws TypeError for everything that is no such point in time, and for what is negative.
 */
export function parseSince(value: Since, now: number = Date.now()): number {
  if (typeof value === "number") return checked(value, value);
  if (value instanceof Date) return checked(value.getTime() / 1000, value);
  if (typeof value === "string") return parseText(value.trim(), now);
  if (typeof value === "object" && value !== null) return ago(secondsOf(value), now);
  throw wrong(value);
}

function parseText(text: string, now: number): number {
  if (NUMBER.test(text)) return checked(Number(text), text);
  if (SHORTHAND.test(text)) {
    let seconds = 0;
    for (const [, amount, unit = ""] of text.matchAll(/([\d.]+)([smhdw])/g)) {
      seconds += Number(amount) * (SECONDS.get(unit) ?? 0);
    }
    return ago(seconds, now);
  }
  const parts = ISO.exec(text)?.groups;
  if (parts === undefined) {
    throw /^\d{4}-\d\d-\d\d$/.test(text) ? naive(text) : wrong(text);
  }
  if (parts["offset"] === undefined) throw naive(text);
  return checked(isoSeconds(parts), text);
}

/** NaN for a date that no calendar has. */
function isoSeconds(parts: Readonly<Record<string, string | undefined>>): number {
  const part = (name: string): number => Number(parts[name] ?? 0);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const [hour, minute, second] = [part("hour"), part("minute"), part("second")];
  const [offsetHour, offsetMinute] = [part("offsetHour"), part("offsetMinute")];
  const date = new Date(Date.UTC(year, month - 1, day));
  // `Date.UTC` makes the 31st of February a day in March, and the year 26 one of the last century.
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return Number.NaN;
  const fraction = Number((parts["fraction"] ?? ".0").replace(",", "."));
  const offset = (offsetHour * 60 + offsetMinute) * 60 * (parts["sign"] === "-" ? -1 : 1);
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second + fraction - offset;
}

function secondsOf(duration: Duration): number {
  const parts = Object.entries(duration).filter(([, amount]) => amount !== undefined);
  if (parts.length === 0) throw wrong(duration);
  let seconds = 0;
  for (const [unit, amount] of parts) {
    const size = unit.length > 1 ? SECONDS.get(unit) : undefined;
    if (size === undefined || typeof amount !== "number") throw wrong(duration);
    seconds += checked(amount, duration) * size;
  }
  return seconds;
}

/** Before 1970 there is nothing: a duration that reaches further means everything. */
function ago(seconds: number, now: number): number {
  return Math.max(0, now / 1000 - seconds);
}

function checked(seconds: number, given: unknown): number {
  if (!Number.isFinite(seconds)) throw wrong(given);
  if (seconds < 0) throw new TypeError(`${show(given)} is negative. ${FORMS}`);
  return seconds;
}

function naive(text: string): TypeError {
  return new TypeError(`"${text}" has no offset from UTC, so it is not known when that was. Add one: Z, or +02:00.`);
}

function wrong(given: unknown): TypeError {
  return new TypeError(`${show(given)} is no point in time. ${FORMS}`);
}

function show(given: unknown): string {
  if (given instanceof Date) return `The Date ${given.getTime()}`;
  if (typeof given === "object" && given !== null)
    return `{ ${Object.entries(given)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(", ")} }`;
  return typeof given === "string" ? `"${given}"` : String(given);
}
