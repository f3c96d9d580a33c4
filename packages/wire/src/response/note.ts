/**
 * Something odd about an answer that was mended or passed over. Callers turn notes into warnings.
 *
 * | code | meaning |
 * |---|---|
 * | `arguments_not_text` | a call's arguments came as an object; they were written as JSON text |
 * | `empty_chunks` | ten or more chunks in a row without any choice |
 * | `empty_result` | neither text nor a call nor a refusal |
 * | `finish_reason_mismatch` | there are calls, but the provider gave another reason to stop |
 * | `legacy_function_call` | the old `function_call` was used in place of tool calls; it is not read |
 * | `malformed_event` | an event was no JSON object; it was passed over |
 * | `missing_tool_call_id` | a call had no id; one was made |
 * | `multiple_choices` | more than one choice or candidate; the first was read |
 * | `unknown_event` | an event or block of a kind that is not known; it was passed over |
 */
export interface Note {
  readonly code: NoteCode;
  /** What exactly was seen, for people. */
  readonly detail: string;
  /** How often it was seen; 1 unless the same thing came again. */
  readonly count: number;
}

/** The codes of {@link Note}. */
export type NoteCode =
  | "arguments_not_text"
  | "empty_chunks"
  | "empty_result"
  | "finish_reason_mismatch"
  | "legacy_function_call"
  | "malformed_event"
  | "missing_tool_call_id"
  | "multiple_choices"
  | "unknown_event";

/** Collects notes; the same note again only raises its count. */
export class NoteList {
  readonly #counts = new Map<string, { code: NoteCode; detail: string; count: number }>();

  add(code: NoteCode, detail: string): void {
    const key = `${code} ${detail}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { code, detail, count: 1 });
    else known.count += 1;
  }

  toList(): readonly Note[] {
    return [...this.#counts.values()].map((note) => ({ ...note }));
  }
}
