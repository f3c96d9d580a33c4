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

/** Refuses an option that is given and has not the method by which its kind is known. @throws ValueError */
export function checkMethod(option: string, value: unknown, method: string, wanted: string): void {
  const isRight = value === undefined || (isObject(value) && typeof value[method] === "function");
  checkGiven(`option ${option}`, value, isRight, wanted);
}

/** Refuses options that are given and are not of the type. @throws ValueError */
export function checkTypes(
  type: "function" | "string" | "boolean",
  options: { readonly [option: string]: unknown },
): void {
  for (const [option, value] of Object.entries(options)) {
    const isRight = value === undefined || typeof value === type;
    checkGiven(`option ${option}`, value, isRight, `a ${type}`);
  }
}
