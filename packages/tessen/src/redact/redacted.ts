/** Text after the rules. */
export interface Redacted {
  readonly text: string;
  /** How often each rule found something; empty when the text is as it was. */
  readonly counts: Readonly<Record<string, number>>;
}

/** How often each rule found something, while it is being counted. */
export type RuleCounts = Record<string, number>;

/** What stands in the place of a secret. It needs no escaping in JSON, nor in JSON inside JSON. */
export function replacementOf(rule: string): string {
  return `[REDACTED:${rule}]`;
}

/** Counts one find of a rule. */
export function countRule(counts: RuleCounts, rule: string): void {
  counts[rule] = (counts[rule] ?? 0) + 1;
}
