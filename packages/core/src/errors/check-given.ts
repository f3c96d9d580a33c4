import { isObject } from "../json.ts";
import { foundWords } from "../schema/describe.ts";
import { ValueError } from "./kinds.ts";

/**
 * Refuses what only a program without types can give: one error that says what was wrong, and what is wanted.
 *
 * @param name for example "option limits" or "content of a TextMessage".
 * @param wanted what it must be, for example "a list of tools".
 * @throws ValueError unless it is right.
 */
export function checkGiven(name: string, value: unknown, isRight: boolean, wanted: string): void {
  if (!isRight) throw new ValueError(`The ${name} must be ${wanted}, found ${foundWords(value)}.`);
}

/** True for an object with a method of that name: what a contract is known by at run time. */
export function hasMethod(value: unknown, method: string): boolean {
  return isObject(value) && typeof value[method] === "function";
}
