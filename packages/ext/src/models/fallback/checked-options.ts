import { ValueError, checkGiven, checkMethod, isObject } from "@tesserae/core";
import { DEFAULT_CONDITIONS, NAMED_CONDITIONS } from "./failure.ts";
import type { FallbackCondition, FallbackOptions } from "./options.ts";

/** The options with their defaults. */
export function checkedOptions(options: FallbackOptions): {
  readonly on: readonly FallbackCondition[];
  readonly cooldownSeconds: number;
  readonly attemptsPerClient: number;
} {
  checkGiven("options of a FallbackChatCompletionClient", options, isObject(options), "an object such as { clients }");
  const { clients, on = DEFAULT_CONDITIONS, cooldownSeconds = 30, attemptsPerClient = 1 } = options;
  if (!Array.isArray(clients) || clients.length === 0) {
    throw new ValueError(
      "A FallbackChatCompletionClient needs clients: a list of at least one client or model's name.",
    );
  }
  for (const [index, client] of clients.entries()) {
    if (typeof client !== "string")
      checkMethod(`clients[${index}]`, client, "create", "a model client or a model's name");
  }
  checkGiven("option on", on, Array.isArray(on), "a list of conditions");
  for (const condition of on) {
    if (!isCondition(condition)) {
      throw new ValueError(
        `"${String(condition)}" is no condition of a fallback. Give an HTTP status from 400 to 599, or one of ` +
          `${NAMED_CONDITIONS.join(", ")}.`,
      );
    }
  }
  if (!(cooldownSeconds >= 0 && cooldownSeconds < Infinity)) {
    throw new ValueError(`cooldownSeconds must be a number of seconds, 0 or more. It is ${String(cooldownSeconds)}.`);
  }
  if (!Number.isSafeInteger(attemptsPerClient) || attemptsPerClient < 1) {
    throw new ValueError(`attemptsPerClient must be a whole number above 0. It is ${String(attemptsPerClient)}.`);
  }
  return { on: [...on], cooldownSeconds, attemptsPerClient };
}

function isCondition(value: unknown): value is FallbackCondition {
  if (typeof value === "number") return Number.isInteger(value) && value >= 400 && value <= 599;
  return NAMED_CONDITIONS.some((name) => name === value);
}
