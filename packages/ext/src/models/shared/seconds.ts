import { ValueError } from "@tesserae/core";

/** The longest time that timers take: they count in 31 bits. */
const LONGEST_MS = 2 ** 31 - 1;

/** A duration of an option, in seconds, as milliseconds. Null and `undefined` stay what they are: no limit, the default. */
export function secondsToMilliseconds(name: string, seconds: number | null | undefined): number | null | undefined {
  if (seconds === undefined || seconds === null) return seconds;
  const milliseconds = Math.round(seconds * 1000);
  if (typeof seconds !== "number" || !(milliseconds > 0 && milliseconds <= LONGEST_MS)) {
    throw new ValueError(
      `${name} is ${String(seconds)}: it must be a number of seconds above 0 (at most ${Math.floor(LONGEST_MS / 1000)}).`,
    );
  }
  return milliseconds;
}
