import { formatDollars, parseDollars } from "@tesserae/wire/cost";
import { CommandError } from "./command-error.ts";
import { messageOf } from "./report-error.ts";

/** Reads the value of an option that is a whole number of at least `least`. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new CommandError(`${option} takes a whole number of at least ${least}, not "${text}".`);
  };
}

/** Reads the value of an option that is a number of seconds, and gives milliseconds. */
export function seconds(option: string): (text: string) => number {
  return (text) => {
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Number.NaN;
    // A timer of Node takes at most 2^31 - 1 milliseconds.
    if (value > 0 && value < 2 ** 31) return value;
    throw new CommandError(`${option} takes a number of seconds above 0 and below 2147483, not "${text}".`);
  };
}

/** Reads the value of an option that is an amount of dollars, and gives pico-dollars. */
export function dollars(option: string): (text: string) => number {
  return (text) => {
    try {
      return parseDollars(text.replace(/^\$/, ""));
    } catch (error) {
      throw new CommandError(`${option} takes dollars, such as 0.05, not "${text}": ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
}

/** A duration for people: `0.4 s`, `12.3 s`, `4 min 05 s`. */
export function durationText(milliseconds: number): string {
  const total = Math.max(0, milliseconds) / 1000;
  if (total < 60) return `${total.toFixed(1)} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(total % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A cost in pico-dollars for people: `$0.0123`, with four digits that say something; `unknown` without a price. */
export function costText(cost: number | bigint | null | undefined): string {
  if (cost === null || cost === undefined) return "unknown";
  if (cost < 0) return `-${costText(-cost)}`;
  if (BigInt(cost) === 0n) return "$0.00";
  // The place of the first digit after the point, and two more.
  const digits = cost >= 1e12 ? 2 : Math.min(12, 13 - String(cost).length + 2);
  return `$${formatDollars(cost, { digits: Math.max(4, digits) })}`;
}

/** A whole number with thousands apart: `12,345`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 turn`, `2 turns`. */
export function plural(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
}
