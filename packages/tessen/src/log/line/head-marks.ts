import { isRawObject } from "./raw-object.ts";
import type { Truncation } from "./truncation.ts";

/** The head's text with what was redacted and cut, added to what it says of that already. */
export function withMarks(head: string, counts: Readonly<Record<string, number>>, cuts: readonly Truncation[]): string {
  const rules = Object.entries(counts);
  if (rules.length === 0 && cuts.length === 0) return head;
  const members: unknown = JSON.parse(head);
  if (!isRawObject(members)) return head;
  if (rules.length > 0) {
    const before = isRawObject(members["redactions"]) ? members["redactions"] : {};
    const sums = rules.map(([rule, count]) => [rule, count + (Number(before[rule]) || 0)]);
    members["redactions"] = { ...before, ...Object.fromEntries(sums) };
  }
  if (cuts.length > 0) {
    const before: unknown = members["truncated"];
    members["truncated"] = [...(Array.isArray(before) ? before : []), ...cuts];
  }
  return JSON.stringify(members);
}
