import { NumberSet } from "./number-set.ts";

/** Ids that this recorder makes begin with 16 random digits of the process; 8 that count its events follow. */
const PROCESS = /^evt_[0-9a-f]{16}/;
const PROCESS_LENGTH = 20;
const ID_LENGTH = 28;
/** So many processes have their events marked; ids of others are taken for foreign ones, so that random ids do no harm. */
const MOST_PROCESSES = 4096;
/** A page has a bit for each of so many events. */
const PAGE = 4096;

/** What is known of an id: that it comes for the first time, again, or (by its hash alone) perhaps again. */
export type Sighting = "new" | "again" | "perhaps again";

/**
 * Remembers which ids have come. Of ids of this recorder it keeps one bit each; of others, which have no order, a 53-bit
 * hash (16 to 32 bytes).
 */
export class SeenIds {
  readonly #processes = new Map<string, Pages>();
  readonly #hashes = new NumberSet();
  /** The last process: several events of one often follow each other. */
  #lastProcess = "no process";
  #lastPages: Pages = new Map();

  /** Takes an id. */
  add(id: string): Sighting {
    const number = id.length === ID_LENGTH ? numberOf(id) : NaN;
    const pages = Number.isNaN(number) ? undefined : this.#pagesOf(id);
    if (pages === undefined) return this.#hashes.add(hashOf(id)) ? "new" : "perhaps again";
    return mark(pages, number) ? "new" : "again";
  }

  #pagesOf(id: string): Pages | undefined {
    if (id.startsWith(this.#lastProcess)) return this.#lastPages;
    if (!PROCESS.test(id)) return undefined;
    const process = id.slice(0, PROCESS_LENGTH);
    let pages = this.#processes.get(process);
    if (pages === undefined) {
      if (this.#processes.size >= MOST_PROCESSES) return undefined;
      this.#processes.set(process, (pages = new Map()));
    }
    this.#lastProcess = process;
    this.#lastPages = pages;
    return pages;
  }
}

/** The number at the end of an id of ours; NaN for one that has none there. */
function numberOf(id: string): number {
  let number = 0;
  for (let at = PROCESS_LENGTH; at < ID_LENGTH; at += 1) {
    const code = id.charCodeAt(at);
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : NaN;
    number = number * 16 + digit;
  }
  return number;
}

type Pages = Map<number, Uint32Array>;

/** Sets the bit of a number; false when it was set. */
function mark(pages: Pages, number: number): boolean {
  const place = Math.floor(number / PAGE);
  let page = pages.get(place);
  if (page === undefined) pages.set(place, (page = new Uint32Array(PAGE / 32)));
  const word = (number % PAGE) >>> 5;
  const before = page[word] ?? 0;
  page[word] = before | (1 << (number & 31));
  return page[word] !== before;
}

/** Two 32-bit FNV-1a hashes as one number that a double holds exactly; never 0. */
function hashOf(id: string): number {
  let high = 0x811c9dc5;
  let low = 0x1234567;
  for (let at = 0; at < id.length; at += 1) {
    const unit = id.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x01000197);
  }
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0) + 1;
}
