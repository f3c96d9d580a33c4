import { isObject, type Json } from "../json.ts";
import type { BeginEntry, EndEntry, JournalEntry, RunEntry, SettleEntry } from "./entries.ts";
import type { OpenInput, RunStatus, RunSummary } from "./journal-store.ts";
import { unpack } from "./packer.ts";

/**
 * Makes the summary of a run from its entries, in memory that does not grow with them. For stores: a journal with an
 * `end` needs its first entries (up to the first that is no blob) and its last one only.
 */
export class RunSummarizer {
  #header: RunEntry | undefined;
  #headBlobs = new Map<string, Json>();
  #inHead = true;
  #end: EndEntry | undefined;
  #last = 0;
  #turns = 0;
  #cost: number | null = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  /** The blobs right before an entry: a long question is in them. */
  #recent = new Map<string, Json>();
  readonly #inputs = new Map<string, { readonly a: string; readonly input: OpenInput }>();

  /** True when the first entry was no header: there is nothing to tell of such a run. */
  get empty(): boolean {
    return this.#header === undefined;
  }

  /** True as long as entries belong to what {@link RunSummarizer.summary} needs of a finished run's beginning. */
  get inHead(): boolean {
    return this.#inHead;
  }

  add(entry: JournalEntry): void {
    if ("at" in entry) this.#last = entry.at;
    if (entry.e === "run") this.#header ??= entry;
    else if (entry.e !== "blob") this.#inHead = false;
    else if (this.#inHead) this.#headBlobs.set(entry.h, entry.data);
    if (entry.e === "mark") this.#turns = entry.turn;
    else if (entry.e === "attach") this.#end = undefined;
    else if (entry.e === "end") this.#end = entry;
    else if (entry.e === "begin" && entry.k === "input" && entry.id !== undefined) this.#addInput(entry.id, entry);
    else if (entry.e === "settle") this.#addSettle(entry);
    else if (entry.e === "signal" && entry.k === "answer") this.#close(entry.to);
    if (entry.e === "blob") this.#recent.set(entry.h, entry.data);
    else this.#recent.clear();
  }

  /** @param running whether somebody who is alive writes the run. */
  summary(running: boolean): RunSummary | undefined {
    const header = this.#header;
    if (header === undefined) return undefined;
    const end = this.#end;
    const usage = end?.totals.usage;
    return {
      runId: header.run,
      status: this.#status(running),
      name: header.name,
      kind: header.kind,
      task: this.#read(header.task),
      startedAt: header.at,
      durationMs: Math.max(0, this.#last - header.at),
      turns: end?.turns ?? this.#turns,
      cost: end === undefined ? this.#cost : end.totals.cost,
      promptTokens: usage === undefined ? this.#promptTokens : count(usage["prompt_tokens"]),
      completionTokens: usage === undefined ? this.#completionTokens : count(usage["completion_tokens"]),
      stopReason: end?.stop_reason ?? null,
      labels: header.labels,
      parent: header.parent?.run ?? null,
      inputs: end === undefined ? [...this.#inputs.values()].map(({ input }) => input) : [],
    };
  }

  #status(running: boolean): RunStatus {
    if (this.#end !== undefined) return this.#end.o;
    if (running) return "running";
    return this.#inputs.size > 0 ? "waiting" : "interrupted";
  }

  #addSettle({ a, u, cost }: SettleEntry): void {
    this.#close(a);
    if (u === undefined) return;
    this.#promptTokens += count(u["prompt_tokens"]);
    this.#completionTokens += count(u["completion_tokens"]);
    this.#cost = this.#cost === null || cost === null || cost === undefined ? null : this.#cost + cost;
  }

  #addInput(id: string, begin: BeginEntry): void {
    const read = (json: Json): Json =>
      unpack(json, (hash) => this.#recent.get(hash) ?? this.#headBlobs.get(hash) ?? null);
    this.#inputs.set(id, { a: begin.a, input: openInput(begin, read) });
  }

  #close(address: string): void {
    for (const [id, { a }] of this.#inputs) if (a === address) this.#inputs.delete(id);
  }

  #read(json: Json): Json {
    return unpack(json, (hash) => this.#headBlobs.get(hash) ?? null);
  }
}

/** What an input asks. */
export function openInput(begin: BeginEntry, read: (json: Json) => Json): OpenInput {
  const request = read(begin.r);
  const { prompt, choices, tool } = isObject(request) ? request : {};
  return {
    requestId: begin.id ?? "",
    path: begin.a.slice(0, begin.a.indexOf("!")),
    prompt: typeof prompt === "string" ? prompt : "",
    choices: Array.isArray(choices) ? choices.map(String) : null,
    ...toolOf(tool),
  };
}

/** The tool call that an approval is about; its arguments are written as text, as models give them. */
function toolOf(tool: unknown): Pick<OpenInput, "tool"> {
  const { name, arguments: text } = isObject(tool) ? tool : {};
  return typeof name === "string" && typeof text === "string" ? { tool: { name, arguments: JSON.parse(text) } } : {};
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
