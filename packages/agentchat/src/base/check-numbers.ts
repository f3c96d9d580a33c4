import { ValueError } from "@tesserae/core";

/** @throws ValueError unless the value is a whole number from 1. */
export function checkCount(what: string, value: unknown): void {
  if (!(Number.isInteger(value) && Number(value) > 0)) {
    throw new ValueError(`${what} must be greater than 0, got ${String(value)}.`);
  }
}

/** @throws ValueError unless the value is a number from 0: with NaN nothing would ever be reached. */
export function checkNumber(what: string, value: unknown): void {
  if (!(typeof value === "number" && value >= 0)) {
    throw new ValueError(`${what} must be a number, 0 or more, got ${String(value)}.`);
  }
}
