/** What the selecting model is asked by default. `{roles}`, `{history}` and `{participants}` are filled in. */
export const DEFAULT_SELECTOR_PROMPT = `Several participants work on a task together:
{roles}

Read the conversation. Choose who speaks next, exactly one of {participants}. Answer with the name only.

{history}

Read the conversation above. Choose who speaks next, exactly one of {participants}. Answer with the name only.
`;

/** Tells the model what was wrong with its choice: whom it named, and whether that one has just spoken. */
export function selectionFeedback(named: readonly string[], hasSpoken: boolean, candidates: readonly string[]): string {
  const names = named.join(", ");
  const problem =
    named.length === 0
      ? "Your answer names no participant"
      : named.length > 1
        ? `Your answer names several participants: ${names}`
        : `${names} ${hasSpoken ? "has just spoken" : "may not speak now"}`;
  return `${problem}. Choose who speaks next, exactly one of ${JSON.stringify(candidates)}. Answer with the name only.`;
}
