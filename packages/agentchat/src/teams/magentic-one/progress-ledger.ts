import {
  compileSchema,
  extractJsonFromStr,
  formatIssues,
  isObject,
  isTesseraeError,
  type CompiledSchema,
  type Json,
  type JsonObject,
  type OutputSchema,
} from "@tesserae/core";

/** One judgement of the ledger. */
interface LedgerEntry<T> {
  readonly reason: string;
  readonly answer: T;
}

/** How the work stands and what comes next, as the model answers it. */
export interface ProgressLedger {
  readonly is_request_satisfied: LedgerEntry<boolean>;
  readonly is_in_loop: LedgerEntry<boolean>;
  readonly is_progress_being_made: LedgerEntry<boolean>;
  readonly next_speaker: LedgerEntry<string>;
  readonly instruction_or_question: LedgerEntry<string>;
}

/** What came of reading an answer: a ledger, or what is wrong with it, in words for the model. */
export type LedgerReading = { readonly ledger: ProgressLedger } | { readonly problem: string };

/** The form of the progress ledger for one team. */
export class LedgerFormat {
  /** The form for a model that answers in one: only the team's names can be chosen. */
  readonly output: OutputSchema;
  readonly #names: readonly string[];
  readonly #shape: CompiledSchema<ProgressLedger>;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.output = { name: "LedgerEntry", schema: ledgerSchema({ type: "string", enum: names }), strict: true };
    this.#shape = compileSchema<ProgressLedger>(ledgerSchema({ type: "string" }), {
      coerce: true,
      unknownKeys: "ignore",
    });
  }

  /**
   * Reads an answer: one JSON object, alone or in a fenced block. Of a team of one the speaker is known, whatever the
   * model says; once the request is satisfied it does not matter.
   */
  read(text: string): LedgerReading {
    const found = objectIn(text);
    if (typeof found === "string") return { problem: found };
    const [only] = this.#names;
    const forced =
      this.#names.length === 1 && only !== undefined
        ? { ...found, next_speaker: { reason: "Nobody else is there.", answer: only } }
        : found;
    const outcome = this.#shape.validate(forced);
    if (!outcome.ok) return { problem: formatIssues(outcome.issues) };
    const { value: ledger } = outcome;
    const { answer } = ledger.next_speaker;
    return ledger.is_request_satisfied.answer || this.#names.includes(answer)
      ? { ledger }
      : { problem: `The next speaker ${JSON.stringify(answer)} is no member of the team.` };
  }
}

/** The one object in a text, or what is wrong. */
function objectIn(text: string): JsonObject | string {
  let values: readonly Json[];
  try {
    values = extractJsonFromStr(text);
  } catch (error) {
    if (isTesseraeError(error)) return error.message;
    throw error;
  }
  const [value] = values;
  if (values.length !== 1) return `One JSON object is wanted, and there are ${values.length}.`;
  return isObject(value) ? value : "A JSON object is wanted.";
}

function ledgerSchema(speaker: JsonObject): JsonObject {
  return closed({
    is_request_satisfied: entry({ type: "boolean" }),
    is_in_loop: entry({ type: "boolean" }),
    is_progress_being_made: entry({ type: "boolean" }),
    next_speaker: entry(speaker),
    instruction_or_question: entry({ type: "string" }),
  });
}

function entry(answer: JsonObject): JsonObject {
  return closed({ reason: { type: "string" }, answer });
}

function closed(properties: { readonly [key: string]: JsonObject }): JsonObject {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
