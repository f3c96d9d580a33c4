/** What a final answer is asked with by default. It needs no `{task}`: the ledger in the conversation quotes it. */
export const DEFAULT_FINAL_ANSWER_PROMPT: string =
  "The work on the request ends here. From the conversation above write the final answer to the original request, " +
  "addressed to the person who made it.";

/** Asks what is known about a task before anybody works on it. */
export function factsPrompt(task: string): string {
  return `A team is going to work on this task:

${task}

Survey it first, from its own words and from memory, under four headings:

1. Given or verified: facts that the task states
2. To look up: facts that are missing, each with the source where it should be found
3. To derive: facts that reasoning, calculation or code can give
4. Educated guesses: what you recall or suspect, marked as such

Give names, dates and numbers where you can. Facts only: no plan yet.`;
}

/** Asks for a plan. */
export function planPrompt(team: string): string {
  return `The members of the team are:

${team}

Write a short plan in bullet points: how they do the task. Leave out members who are not needed.`;
}

/** What the team is shown: the task and all that is known and planned. */
export function taskLedger(task: string, team: string, facts: string, plan: string): string {
  return `We work together on this task:

${task}

We are:

${team}

What we know and suspect:

${facts}

Our plan:

${plan}`;
}

/** Asks how the work stands and what comes next. */
export function progressPrompt(task: string, team: string, names: readonly string[]): string {
  return `The task is:

${task}

The team is:

${team}

Judge how the work stands and decide what comes next. Answer with this JSON object and nothing else, no text around it:

{
  "is_request_satisfied": { "reason": string, "answer": boolean },
  "is_in_loop": { "reason": string, "answer": boolean },
  "is_progress_being_made": { "reason": string, "answer": boolean },
  "next_speaker": { "reason": string, "answer": string },
  "instruction_or_question": { "reason": string, "answer": string }
}

- is_request_satisfied: true only when the whole task is done
- is_in_loop: true when the same requests or answers come again, over one turn or several
- is_progress_being_made: true at the start and while new things are found; false when the work is stuck
- next_speaker: one of ${names.join(", ")}
- instruction_or_question: what that member is told, with everything it must know to act on it`;
}

/** Tells the model why its ledger cannot be used. */
export function ledgerFeedback(problem: string, names: readonly string[]): string {
  return (
    `Your answer cannot be used: ${problem}\n` +
    `Answer again, with the one JSON object only. The answer of next_speaker must be one of: ${names.join(", ")}.`
  );
}

/** Asks for the facts anew after the work got stuck. */
export function factsUpdatePrompt(task: string, facts: string): string {
  return `The work on the task is stuck. The task is:

${task}

Rewrite the fact sheet below with what has been learned since: move guesses that were confirmed, correct what was wrong, \
and add or change at least one educated guess, with your reasons.

${facts}`;
}

/** Asks for another plan after the work got stuck. */
export function planUpdatePrompt(team: string): string {
  return `Say in a few words what went wrong and why. Then write a new plan in bullet points that avoids it. Only these \
members can take part:

${team}`;
}
