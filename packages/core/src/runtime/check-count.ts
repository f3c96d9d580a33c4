import { ValueError } from "../errors/kinds.ts";

/** The value of an option that counts. @throws {ValueError} for what is neither a whole number from 1 nor `Infinity`. */
export function checkCount(name: string, value: number): number {
  if (!(Number.isInteger(value) && value > 0) && value !== Infinity) {
    throw new ValueError(`${name} must be a whole number from 1, got ${value}.`);
  }
  return value;
}
