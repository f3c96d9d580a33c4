import type { AssembledResponse, Delta, StreamAssembler } from "../src/index.ts";

/** Pushes all events; gives the answer and what the deltas add up to. */
export function assemble(
  assembler: StreamAssembler,
  events: readonly unknown[],
): { readonly response: AssembledResponse; readonly deltas: readonly Delta[] } {
  const deltas = events.flatMap((event) => assembler.push(event));
  return { response: assembler.finish(), deltas };
}

/** All text of the deltas of one kind. */
export function joined(deltas: readonly Delta[], type: "text" | "thinking" | "refusal"): string {
  return deltas.map((delta) => (delta.type === type ? delta.text : "")).join("");
}

/** The calls that the deltas make. */
export function callsOf(deltas: readonly Delta[]): { id: string; name: string; arguments: unknown }[] {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const delta of deltas) {
    if (delta.type === "tool-call-start") calls[delta.index] = { id: delta.id, name: delta.name, arguments: "" };
    const call = delta.type === "tool-call-arguments" ? calls[delta.index] : undefined;
    if (delta.type === "tool-call-arguments" && call !== undefined) call.arguments += delta.text;
  }
  return calls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments || "{}") as unknown }));
}

/** Ids that are the same in every run, for answers that have none. */
export function countedIds(): { createId: () => string } {
  let next = 0;
  return { createId: () => `made_${next++}` };
}

/** Whether a value is JSON through and through: no undefined, no class, no number that JSON cannot hold. */
export function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null)
    return typeof value === "string" || typeof value === "boolean" || value === null;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}
