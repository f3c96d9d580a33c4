import { readFileSync } from "node:fs";
import { WireError } from "@tesserae/wire";
import type { AnswerSource, FoundAnswer } from "../answer-source.ts";
import type { TrafficRequest } from "../traffic-request.ts";
import { checkAnswer, checkScript } from "./check-script.ts";
import type { AnswerFunction, RuleMatch, ScriptedAnswer, ScriptRule, TrafficScript } from "./script.ts";
import { failedConditions } from "./match.ts";

/** Reads a script from a JSON file. Throws `ERR_INVALID_ARGUMENT` with every error and its place. */
export function readScript(file: string): TrafficScript {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WireError("ERR_INVALID_ARGUMENT", `The script ${file} cannot be read: ${reason}`);
  }
  checkScript(`The script ${file}`, value);
  return value;
}

/** Answers by a script, or by a function. Throws `ERR_INVALID_ARGUMENT` for a script with errors. */
export function scriptSource(given: TrafficScript | AnswerFunction): AnswerSource {
  const script: TrafficScript = typeof given === "function" ? { rules: [{ answer: given }] } : given;
  checkScript("The script", script);
  const rules = (script.rules ?? []).map((rule, index) => new Rule(`/rules/${index}`, rule));
  if (script.answers !== undefined) rules.push(new Rule("", { answers: script.answers }));
  return {
    models: modelsOf(script),
    async answer(request) {
      if (request.protocol === undefined) return undefined;
      for (const rule of rules) {
        const found = rule.matches(request) ? await rule.answer(request, script.paceMs) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    },
    nearest: (request) => nearestRule(rules, request),
  };
}

class Rule {
  readonly pointer: string;
  readonly match: RuleMatch;
  readonly #answers: readonly (ScriptedAnswer | AnswerFunction)[];
  readonly #isList: boolean;
  /** How many of the answers were given. */
  #given = 0;

  constructor(pointer: string, { match = {}, answer, answers }: ScriptRule) {
    this.pointer = pointer;
    this.match = match;
    this.#isList = answers !== undefined;
    this.#answers = answers ?? (answer === undefined ? [] : [answer]);
  }

  /** How many answers a list had, when all of them are given. */
  get usedUp(): number | undefined {
    return this.#isList && this.#given >= this.#answers.length ? this.#answers.length : undefined;
  }

  matches(request: TrafficRequest): boolean {
    return this.usedUp === undefined && failedConditions(this.match, request).length === 0;
  }

  async answer(request: TrafficRequest, paceMs: number | undefined): Promise<FoundAnswer | undefined> {
    const place = this.#isList ? this.#given : 0;
    const entry = this.#answers[place];
    // Taken before a function is waited for, so that calls at the same time get different answers.
    this.#given += 1;
    const answer = typeof entry === "function" ? await entry(request) : entry;
    if (answer === undefined) return undefined;
    if (answer !== entry) checkAnswer(`What the function of ${this.pointer || "the script"} answers`, answer);
    const from = `script ${this.pointer}${this.#isList ? `/answers/${place}` : ""}`.trimEnd();
    return { from, answer: paceMs === undefined ? answer : { paceMs, ...answer } };
  }
}

function modelsOf({ models = [], rules = [] }: TrafficScript): readonly string[] {
  const named = rules.flatMap(({ match }) => match?.model ?? []).filter((model) => !model.includes("*"));
  return [...new Set([...models, ...named])];
}

function nearestRule(rules: readonly Rule[], request: TrafficRequest): string | undefined {
  const failed = rules.map((rule) => ({ rule, failed: failedConditions(rule.match, request) }));
  const [nearest] = failed.toSorted((a, b) => a.failed.length - b.failed.length);
  if (nearest === undefined) return undefined;
  const { rule } = nearest;
  const name = rule.pointer === "" ? "the script's answers" : `the script's rule ${rule.pointer}`;
  if (nearest.failed.length > 0) return `Nearest is ${name}, but ${nearest.failed.join(", and ")}.`;
  return rule.usedUp === undefined
    ? `Nearest is ${name}, whose function gave no answer.`
    : `Nearest is ${name}, whose ${rule.usedUp} answers are used up.`;
}
