import { checkGiven, isObject } from "@tesserae/core";

/*
 * Programs without types, and values out of a configuration, give conditions what never matches: a run would not end.
 */

/** @throws ValueError unless the value is text. */
export function checkText(what: string, value: unknown): void {
  checkGiven(what, value, typeof value === "string", "a text");
}

/** @throws ValueError unless the value is a list of texts: a text alone would be taken letter by letter. */
export function checkTexts(what: string, value: unknown): void {
  const isRight = Array.isArray(value) && value.every((one) => typeof one === "string");
  checkGiven(what, value, isRight, "a list of names");
}

/** @throws ValueError unless the value is a termination condition. */
export function checkCondition(value: unknown): void {
  const isRight = isObject(value) && typeof value["check"] === "function";
  checkGiven("termination condition", value, isRight, "an object, such as new MaxMessageTermination(10)");
}
