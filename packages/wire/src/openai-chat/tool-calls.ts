import { isRawObject, listOf, nonEmptyText, objectOf, type Json, type RawObject } from "../json.ts";
import type { Delta } from "../response/delta.ts";
import type { ResponseBuilder } from "../response/response-builder.ts";
import { hasWholeArguments, type ToolCallDraft } from "../response/tool-call-draft.ts";

/**
 * Sorts the pieces of streamed tool calls into calls.
 *
 * OpenAI numbers the calls by `index` and sends id and name once. Other servers leave the index out or number every
 * call 0, repeat the whole name or id with each piece, make a new id for each piece, or send no id at all.
 */
export class ToolCallRouter {
  readonly #builder: ResponseBuilder;
  readonly #byIndex = new Map<number, ToolCallDraft>();
  readonly #extras = new Map<ToolCallDraft, Json>();
  #last: ToolCallDraft | undefined;

  constructor(builder: ResponseBuilder) {
    this.#builder = builder;
  }

  /** Reads the `tool_calls` of a streamed delta. */
  readPieces(pieces: unknown, out: Delta[]): void {
    listOf(pieces).forEach((entry, position) => {
      const piece = objectOf(entry);
      const index = typeof piece["index"] === "number" ? piece["index"] : undefined;
      const known = index === undefined ? this.#last : this.#byIndex.get(index);
      const isNew = known === undefined || beginsAnother(known, piece, index === undefined, position);
      const draft = isNew ? this.#start(piece, out) : known;
      if (!isNew) continueCall(draft, piece);
      if (index !== undefined) this.#byIndex.set(index, draft);
      this.#finishPiece(draft, piece, out);
    });
  }

  /** Reads the `tool_calls` of a whole message: each entry is a call. */
  readCalls(calls: unknown, out: Delta[]): void {
    for (const entry of listOf(calls)) {
      const call = objectOf(entry);
      this.#finishPiece(this.#start(call, out), call, out);
    }
  }

  /** What servers attached to calls and want back (`extra_content`), by the calls' place; `undefined` if nothing. */
  extras(): Json | undefined {
    if (this.#extras.size === 0) return undefined;
    return this.#builder.calls.map((call) => this.#extras.get(call) ?? null);
  }

  #start(piece: RawObject, out: Delta[]): ToolCallDraft {
    return this.#builder.startCall(nonEmptyText(piece["id"]), nameOf(piece), out);
  }

  #finishPiece(draft: ToolCallDraft, piece: RawObject, out: Delta[]): void {
    this.#last = draft;
    if (piece["extra_content"] !== undefined) this.#extras.set(draft, piece["extra_content"] as Json);
    const text = argumentsOf(piece);
    if (typeof text === "string") {
      this.#builder.addArguments(draft, text, out);
    } else if (text !== undefined && text !== null) {
      this.#builder.notes.add("arguments_not_text", `The arguments of ${draft.name} came as an object.`);
      this.#builder.addArguments(draft, JSON.stringify(text), out);
    }
  }
}

function beginsAnother(known: ToolCallDraft, piece: RawObject, unnumbered: boolean, position: number): boolean {
  const id = nonEmptyText(piece["id"]);
  const name = nameOf(piece);
  const otherId = id !== undefined && !known.madeId && id !== known.id;
  if (unnumbered) {
    if (otherId || (name !== "" && (position > 0 || name !== known.name))) return true;
  } else if (otherId && name !== "" && known.arguments !== "") {
    return true;
  }
  // The same name, again with arguments, after a whole call: a second call of it.
  const text = argumentsOf(piece);
  return name !== "" && (text ?? "") !== "" && hasWholeArguments(known);
}

function continueCall(draft: ToolCallDraft, piece: RawObject): void {
  const id = nonEmptyText(piece["id"]);
  const name = nameOf(piece);
  if (name !== "" && name !== draft.name) draft.name += name;
  // An id in pieces comes alone; next to a name or arguments another id is one that the server made anew.
  const alone = name === "" && draft.arguments === "" && (argumentsOf(piece) ?? "") === "";
  if (id !== undefined && !draft.madeId && id !== draft.id && alone) draft.id += id;
}

function nameOf(piece: RawObject): string {
  const name = objectOf(piece["function"])["name"] ?? objectOf(piece["custom"])["name"];
  return typeof name === "string" ? name : "";
}

function argumentsOf(piece: RawObject): unknown {
  if (isRawObject(piece["custom"])) return piece["custom"]["input"];
  return objectOf(piece["function"])["arguments"];
}
