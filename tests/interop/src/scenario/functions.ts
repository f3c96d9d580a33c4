import type { ApprovalFunction, CandidateFunction, SelectorFunction, StreamItem } from "@tesserae/agentchat";
import { ValueError, type FunctionCall, type FunctionExecutionResult } from "@tesserae/core";

type Thread = readonly StreamItem[];

function lastSource(thread: Thread): string | undefined {
  return thread.at(-1)?.source;
}

/** Choose the next speaker. */
export const SELECTORS: Readonly<Record<string, SelectorFunction>> = {
  alternate: (thread) => (lastSource(thread) === "a" ? "b" : "a"),
  first_then_model: (thread) => (thread.length === 1 ? "a" : undefined),
  a_after_user: async (thread) => (lastSource(thread) === "user" ? "a" : undefined),
  nobody: () => "nobody",
};

/** Narrow who may speak. */
export const CANDIDATES: Readonly<Record<string, CandidateFunction>> = {
  only_a_and_b: () => ["a", "b"],
  only_c: () => ["c"],
  no_candidates: () => [],
  unknown_candidate: () => ["a", "x"],
  all_but_last: async (thread) => ["a", "b", "c"].filter((name) => name !== lastSource(thread)),
};

/** Conditions of functional terminations. */
export const CONDITIONS: Readonly<Record<string, (delta: Thread) => boolean | Promise<boolean>>> = {
  two_texts: (delta) => delta.some((item) => item.type === "TextMessage" && item.content.includes("two")),
  from_b: async (delta) => lastSource(delta) === "b",
  throws_on_a: (delta) => {
    if (lastSource(delta) === "a") throw new ValueError("the condition broke");
    return false;
  },
};

/** Write one call into a summary. */
export const FORMATTERS: Readonly<Record<string, (call: FunctionCall, result: FunctionExecutionResult) => string>> = {
  arrow: (call, result) => `${result.isError === true ? "!" : ""}${call.name}(${call.arguments}) -> ${result.content}`,
};

/** Decide whether code may run. */
export const APPROVALS: Readonly<Record<string, ApprovalFunction>> = {
  echo_only: ({ code }) => ({ approved: code.includes("echo"), reason: "only echo is allowed" }),
};

/** The function of a name in a table. */
export function named<T>(table: Readonly<Record<string, T>>, name: unknown): T {
  const found = table[String(name)];
  if (found === undefined) throw new ValueError(`There is no function ${String(name)}.`);
  return found;
}
