import { TesseraeError } from "../errors/tesserae-error.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import {
  JOURNAL_VERSION,
  type BeginEntry,
  type DropReason,
  type EndEntry,
  type JournalEntry,
  type LimitsFrom,
  type MarkEntry,
  type RunEntry,
  type SettleEntry,
  type SignalEntry,
} from "./entries.ts";
import { unpack } from "./packer.ts";

/** A place in the order of a run: an outcome, or something from outside. */
export interface OrderedItem {
  readonly entry: SettleEntry | SignalEntry;
  /** True when it was taken back. */
  dropped: boolean;
  /** For something from outside: the leaves that were open and the last clock readings. The run was there when it came. */
  readonly after?: readonly string[] | undefined;
}

/** A mark and its place in the order. */
export interface RecordedMark {
  readonly entry: MarkEntry;
  /** How many items of the order stand before it. */
  readonly position: number;
}

/** A journal as it was read: what every effect asked and got, and in which order. */
export class Recording {
  #header: RunEntry | undefined;
  /** Outcomes and signals in their order. */
  readonly order: OrderedItem[] = [];
  readonly begins: Map<string, BeginEntry> = new Map();
  /** How often each leaf was begun. */
  readonly begun: Map<string, number> = new Map();
  readonly settles: Map<string, SettleEntry> = new Map();
  /** Outcomes after a place that was taken back: answered only to the same request. */
  readonly moved: Map<string, SettleEntry> = new Map();
  /** Outcomes that were taken back for good: what they cost was paid all the same. */
  readonly lost: SettleEntry[] = [];
  /** Clock readings (one each) and arrivals at joins, by address. */
  readonly values: Map<string, Json[]> = new Map();
  marks: readonly RecordedMark[] = [];
  /** Answers to inputs, by request id. */
  readonly answers: Map<string, Json> = new Map();
  readonly blobs: Map<string, Json> = new Map();
  end: EndEntry | undefined;
  /** The limits that others gave the run with which they went on. */
  readonly attached: LimitsFrom[] = [];
  /** Leaves that were begun and are not settled, where the reading stands. */
  readonly #open = new Set<string>();
  /** Clock readings since the last item of the order. */
  #read: string[] = [];

  get header(): RunEntry {
    if (this.#header === undefined) throw corrupt("it has no entry that says what run it is");
    return this.#header;
  }

  get empty(): boolean {
    return this.#header === undefined;
  }

  add(entry: JournalEntry): void {
    if (this.#header === undefined && entry.e !== "run") throw corrupt(`it begins with an entry "${entry.e}"`);
    switch (entry.e) {
      case "run":
        this.#addHeader(entry);
        return;
      case "blob":
        this.blobs.set(entry.h, entry.data);
        return;
      case "begin":
        this.begins.set(entry.a, entry);
        this.begun.set(entry.a, (this.begun.get(entry.a) ?? 0) + 1);
        if (entry.of === undefined) this.#open.add(entry.a);
        return;
      case "settle":
        this.#addSettle(entry);
        return;
      case "value":
        this.#addValue(entry.a, entry.value);
        if (entry.k === "time") this.#read.push(entry.a);
        return;
      case "signal":
        this.#addSignal(entry);
        return;
      case "mark":
        this.marks = [...this.marks, { entry, position: this.order.length }];
        // A resume may start from here.
        this.#read = [];
        return;
      case "attach":
        this.end = undefined;
        if (entry.limits !== undefined) this.attached.push({ from: entry.from, limits: entry.limits });
        // What the run did when it was left is not done again.
        this.#read = [];
        return;
      case "end":
        this.end = entry;
        return;
      default:
        throw corrupt(`it has an entry of an unknown type: ${JSON.stringify(entry).slice(0, 80)}`);
    }
  }

  /** Writes JSON with its references resolved. */
  read(json: Json): Json {
    return unpack(json, (hash) => {
      const data = this.blobs.get(hash);
      if (data === undefined) throw corrupt(`it refers to a part ${hash} that it does not have`);
      return data;
    });
  }

  /** Takes an item out of the order, as the `drop` entry of it does. */
  drop(to: string, reason: DropReason): void {
    for (const [index, item] of this.order.entries()) {
      if (item.dropped) continue;
      if (item.entry.e === "signal" ? to === "abort" && item.entry.k === "abort" : item.entry.a === to) {
        item.dropped = true;
        // Turns that ended after it will end again.
        this.marks = this.marks.filter(({ position }) => position <= index);
      }
    }
    const settle = this.settles.get(to);
    if (settle === undefined) return;
    this.settles.delete(to);
    if (reason === "unsettle") this.#open.add(to);
    if (reason === "moved") this.moved.set(to, settle);
    else this.lost.push(settle);
    if (reason === "repeat") this.begins.delete(to);
  }

  #addHeader(entry: RunEntry): void {
    if (this.#header !== undefined) throw corrupt("it says twice what run it is");
    if (entry.v > JOURNAL_VERSION) {
      throw new TesseraeError(
        "ERR_JOURNAL_VERSION",
        `The journal of the run ${entry.run} has version ${entry.v}; this Tesserae reads up to ${JOURNAL_VERSION}. Update it.`,
      );
    }
    this.#header = entry;
  }

  #addSettle(entry: SettleEntry): void {
    // What became of an effect in doubt is asked outside of the order.
    if (this.begins.get(entry.a)?.of !== undefined) return;
    if (this.settles.has(entry.a)) throw corrupt(`${entry.a} has two outcomes`);
    this.settles.set(entry.a, entry);
    this.moved.delete(entry.a);
    this.order.push({ entry, dropped: false });
    this.#open.delete(entry.a);
    this.#read = [];
  }

  #addValue(address: string, value: Json): void {
    const values = this.values.get(address);
    // A resume that had to leave the recorded order of a join says where it was left.
    if (isObject(value)) values?.splice(Number(value["cut"]));
    else if (values === undefined) this.values.set(address, [value]);
    else values.push(value);
  }

  #addSignal(entry: SignalEntry): void {
    if (entry.k === "drop") {
      this.drop(entry.to, entry.value === "repeat" || entry.value === "moved" ? entry.value : "unsettle");
      return;
    }
    if (entry.k === "answer") {
      const answer = this.read(entry.value);
      const { request_id: requestId, value = null } = isJsonObject(answer) ? answer : {};
      if (typeof requestId === "string") this.answers.set(requestId, value);
    }
    // An answer is taken by the input itself, which may be asked again long after.
    const after = entry.k === "answer" ? undefined : [...this.#open, ...this.#read];
    this.order.push({ entry, dropped: false, after });
    this.#read = [];
  }
}

/** Reads a journal. With `salvage`, up to the first damage. */
export async function loadRecording(
  entries: AsyncIterable<JournalEntry>,
  options: { readonly salvage?: boolean } = {},
): Promise<Recording> {
  const recording = new Recording();
  try {
    for await (const entry of entries) recording.add(entry);
  } catch (error) {
    const damaged = error instanceof TesseraeError && error.code === "ERR_JOURNAL_CORRUPT";
    if (!damaged || options.salvage !== true) throw error;
  }
  if (recording.empty) throw corrupt("it is empty: the run was interrupted before it began");
  return recording;
}

function isJsonObject(json: Json): json is JsonObject {
  return isObject(json);
}

function corrupt(what: string): TesseraeError {
  return new TesseraeError("ERR_JOURNAL_CORRUPT", `The journal cannot be used: ${what}.`);
}
