/** What the selecting model is asked by default. `{roles}`, `{history}` and `{participants}` are filled in. */
export const DEFAULT_SELECTOR_PROMPT = `Several participants work on a task together. Each has a role:
{roles}.

Read the conversation and choose who should speak next, one of {participants}. Answer with that name only.

{history}

Who of {participants} should speak next? Answer with the name only.
`;

/** Tells the model what was wrong with its choice. */
export function selectionFeedback(
  problem: { readonly kind: "none" | "several" | "repeat" | "not-offered"; readonly names: readonly string[] },
  candidates: readonly string[],
): string {
  const choose = `Choose exactly one of: ${JSON.stringify(candidates)}. Answer with the name only.`;
  switch (problem.kind) {
    case "none":
      return `Your answer names no participant. ${choose}`;
    case "several":
      return `Your answer names several participants (${problem.names.join(", ")}); exactly one is wanted. ${choose}`;
    case "repeat":
      return `${problem.names.join(", ")} has just spoken and may not speak again. ${choose}`;
    case "not-offered":
      return `${problem.names.join(", ")} may not speak now. ${choose}`;
  }
}
