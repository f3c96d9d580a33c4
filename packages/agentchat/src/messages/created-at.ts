import { ValueError } from "@tesserae/core";

/** Numbers above are taken for milliseconds, as pydantic does; seconds reach it in the year 2603. */
const LARGEST_SECONDS = 2e10;

/**
 * The time of a loaded message: text stays as it is, whatever its precision and offset; a number is seconds since 1970
 * and is written as Python writes it, with six digits after the point, or none.
 */
export function timeFromJson(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && !Number.isNaN(Date.parse(value))) return value;
  if (typeof value === "number") return isoTime(Math.abs(value) > LARGEST_SECONDS ? value / 1000 : value);
  throw new ValueError("/created_at must be a time in ISO 8601.");
}

function isoTime(seconds: number): string {
  const microseconds = Math.round(seconds * 1e6);
  const whole = Math.floor(microseconds / 1e6);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) throw new ValueError(`/created_at is no time: ${seconds}.`);
  const fraction = microseconds - whole * 1e6;
  return `${date.toISOString().slice(0, 19)}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}Z`;
}
