import { WireError } from "@tesserae/wire";
import type { InitOptions } from "./init-options.ts";
import { isInRange, NUMBER_RANGES, rangeText, type NumberRange } from "./number-ranges.ts";

/** What an option must be, and whether a value is that. */
type Rule = readonly [must: string, holds: (value: unknown) => boolean];

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const text: Rule = ["text", isText];
const flag: Rule = ["true or false", (value) => typeof value === "boolean"];
const texts: Rule = ["a list of texts", (value) => Array.isArray(value) && value.every(isText)];
const callback: Rule = ["a function", (value) => typeof value === "function"];
const oneOf = (...words: readonly string[]): Rule => [
  `one of ${words.join(", ")}`,
  (value) => isText(value) && words.includes(value),
];
const number = (range: NumberRange): Rule => [`a number ${rangeText(range)}`, (value) => isInRange(value, range)];

const RULES: Readonly<Record<keyof InitOptions, Rule>> = {
  agentName: text,
  logDir: ["the path of a folder", (value) => isText(value) && value !== "" && !value.includes("\0")],
  sessionId: text,
  durability: oneOf("group", "strict", "none"),
  inlineMaxBytes: number(NUMBER_RANGES.inlineMaxBytes),
  maxBodyBytes: number(NUMBER_RANGES.maxBodyBytes),
  maxEventBytes: number(NUMBER_RANGES.maxEventBytes),
  maxFileBytes: number(NUMBER_RANGES.maxFileBytes),
  retentionDays: number(NUMBER_RANGES.retentionDays),
  filePerProcess: flag,
  redact: ["an object with enabled, keys, patterns or pii", isObject],
  content: oneOf("full", "metadata"),
  cast: oneOf("raw", "sdk", "never"),
  hosts: texts,
  vendors: texts,
  leafFallback: flag,
  prices: ["an object with prices by the model's name", isObject],
  captureAll: flag,
  attemptEvents: flag,
  enabled: flag,
  force: flag,
  beforeWrite: callback,
  onEvent: callback,
};

/**
 * Refuses options of `init` that cannot be used: what somebody wrote into a program counts, and is not to be guessed at.
 *
 * @throws WireError ERR_INVALID_ARGUMENT that names the option, what it is and what it must be.
 */
export function checkOptions(options: InitOptions): void {
  if (!isObject(options)) throw invalid("The options of init()", options, "an object");
  const values = new Map<string, unknown>(Object.entries(options));
  for (const [name, [must, holds]] of Object.entries(RULES)) {
    const value = values.get(name);
    if (value !== undefined && !holds(value)) throw invalid(`init: ${name}`, value, must);
  }
}

function invalid(what: string, value: unknown, must: string): WireError {
  const verb = what.startsWith("The ") ? "are" : "is";
  return new WireError(
    "ERR_INVALID_ARGUMENT",
    `${what} ${verb} ${shown(value)}; ${verb === "are" ? "they" : "it"} must be ${must}.`,
  );
}

function shown(value: unknown): string {
  if (isText(value)) return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  return isObject(value) ? "an object" : String(value);
}
