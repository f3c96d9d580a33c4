import { SeenIds } from "./seen-ids.ts";

const BEGINNING = Buffer.from('{"event_id"');
const QUOTE = 34;
/** Longer ids are told apart by their beginning; this only makes more of them suspects. */
const MOST_ID_BYTES = 200;

/**
 * Finds ids that may occur more than once, without parsing: among all texts that can be an id. Those that do are always
 * found; others hardly ever, and the caller counts the events themselves.
 */
export class RepeatedIds {
  readonly #seen = new SeenIds();
  readonly #repeated = new Set<string>();
  #rest: Buffer = Buffer.alloc(0);

  get any(): boolean {
    return this.#repeated.size > 0;
  }

  /** Whether an id may occur more than once. */
  has(id: string): boolean {
    // As it stands in the file: with JSON's escapes.
    return this.#repeated.has(textOf(Buffer.from(JSON.stringify(id)).subarray(1, -1)));
  }

  /**
   * Whether an event of a line may be one of them. Most lines need not be parsed to know that: those that begin as ours
   * do, with no suspect among the texts in them that can be an id.
   */
  mayHold(line: Buffer): boolean {
    if (!line.subarray(0, BEGINNING.length).equals(BEGINNING)) return true;
    for (let at = 0; at !== -1; at = line.indexOf(BEGINNING, at + 1)) {
      const id = idAt(line, at + BEGINNING.length);
      if (typeof id === "object" && this.#repeated.has(textOf(id))) return true;
    }
    return false;
  }

  /** The next bytes of a file. They may be overwritten afterwards. */
  push(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let keep = Math.max(0, all.length - BEGINNING.length + 1);
    for (let at = all.indexOf(BEGINNING); at !== -1; at = all.indexOf(BEGINNING, at + 1)) {
      const id = idAt(all, at + BEGINNING.length);
      if (id === "cut off") {
        keep = at;
        break;
      }
      if (id === undefined) continue;
      const text = textOf(id);
      if (this.#seen.add(text) !== "new") this.#repeated.add(text);
    }
    this.#rest = Buffer.from(all.subarray(keep));
  }

  /** A file has ended. */
  end(): void {
    this.#rest = Buffer.alloc(0);
  }
}

/** The bytes of the text behind a colon; nothing where there is none. */
function idAt(bytes: Buffer, after: number): Buffer | "cut off" | undefined {
  let at = after;
  while (bytes[at] === 32 || bytes[at] === 58) at += 1;
  if (at >= bytes.length) return "cut off";
  if (bytes[at] !== QUOTE) return undefined;
  const end = bytes.indexOf(QUOTE, at + 1);
  if (end === -1 && bytes.length - at <= MOST_ID_BYTES) return "cut off";
  return bytes.subarray(at + 1, end === -1 ? bytes.length : end);
}

/** An id, or its beginning, by which ids are compared here. */
function textOf(id: Buffer): string {
  return id.toString("latin1", 0, MOST_ID_BYTES);
}
