import { LARGE_SLAB, SlabPool, SMALL_SLAB } from "./slab-pool.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK_LINE = Buffer.from("\n\n");
const BLANK_LINE_CR = Buffer.from("\r\n\r\n");

/** All that passes is kept up to this size; it is what a cache may store, and what an estimate is made from. */
export const KEPT_BYTES: number = 1024 * 1024;
/** A part of an event is passed on without its end from this size on. */
const LARGEST_HELD = 64 * 1024;
/** A larger event is no longer kept in one piece. */
const LARGEST_EVENT = 16 * 1024 * 1024;
/** So much of the end is surely enough for the last events, unless one is larger. */
const LEAST_ENDING = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * The bytes of a stream of events on their way through. Whole events are handed on as they come, everything of one read
 * in one piece; the part of an event whose end has not come is held back, so that a stream which breaks off can be ended
 * by an event of its own. What passed is kept: all of it up to {@link KEPT_BYTES}, from then on the beginning and the
 * end. Each byte is copied once. The memory is a pool's, to be given back with {@link StreamBuffer.release}.
 */
export class StreamBuffer {
  /** All bytes that came. */
  total = 0;
  /** The full slabs, as far as they are kept. */
  readonly #slabs: Buffer[] = [];
  readonly #pool: SlabPool;
  /** The slabs as they were taken from the pool, as far as they are kept. */
  readonly #taken: Buffer[] = [];
  #keptBytes = 0;
  #previous: Buffer | undefined;
  #slab: Buffer;
  #used = 0;
  /** Where the event begins whose end has not come, and where the bytes begin that were not handed on. */
  #eventStart = 0;
  #sent = 0;
  /** Up to here no event ends after `#eventStart`. */
  #searched = 0;
  /** Bytes at the beginning of the slab that the slab before it holds too. */
  #carried = 0;

  constructor(pool: SlabPool = new SlabPool()) {
    this.#pool = pool;
    this.#slab = pool.take(SMALL_SLAB);
  }

  /** True when a part of an event was handed on whose end has not come. */
  get isMidEvent(): boolean {
    return this.#sent > this.#eventStart;
  }

  /** Takes what was read. */
  push(bytes: Buffer, start: number = 0, end: number = bytes.length): void {
    const length = end - start;
    this.total += length;
    if (this.#used + length > this.#slab.length) this.#grow(length);
    bytes.copy(this.#slab, this.#used, start, end);
    this.#used += length;
  }

  /** The whole events that were not handed on yet; `undefined` when there are none. */
  take(): Buffer | undefined {
    const end = this.#endOfEvents();
    this.#searched = this.#used;
    if (end > this.#eventStart) {
      this.#eventStart = end;
      return this.#handOn(end);
    }
    return this.#used - this.#eventStart > LARGEST_HELD ? this.#handOn(this.#used) : undefined;
  }

  /** What is left when the stream has ended; `undefined` when it ended with an event. */
  takeRest(): Buffer | undefined {
    return this.#handOn(this.#used);
  }

  /** All bytes that came, where they were kept; good until the pool is asked for a joined piece again. */
  whole(): Buffer | undefined {
    if (this.total > KEPT_BYTES) return undefined;
    return this.#slabs.length === 0
      ? this.#slab.subarray(0, this.#used)
      : this.#pool.joined([...this.#slabs, this.#now()]);
  }

  /** Gives the memory back: nothing that was handed on may be looked at any more, and nothing more may be asked. */
  release(): void {
    for (const slab of this.#taken) this.#pool.give(slab);
    this.#pool.give(this.#slab);
    this.#taken.length = 0;
    this.#slabs.length = 0;
    this.#previous = undefined;
    this.#slab = NOTHING;
  }

  /** The first bytes of the stream: all of them, or the first {@link KEPT_BYTES} or so. */
  beginning(): Buffer {
    return this.whole() ?? Buffer.concat(this.#slabs);
  }

  /** The last bytes of the stream, the last events whole among them. */
  ending(): Buffer {
    const isEnough = this.#used - this.#carried > LEAST_ENDING;
    if (this.#previous === undefined || isEnough) return this.#slab.subarray(0, this.#used);
    return Buffer.concat([this.#previous, this.#now()]);
  }

  /** What the slab holds that is in no slab before it. */
  #now(): Buffer {
    return this.#slab.subarray(this.#carried, this.#used);
  }

  #handOn(end: number): Buffer | undefined {
    if (end <= this.#sent) return undefined;
    const bytes = this.#slab.subarray(this.#sent, end);
    this.#sent = end;
    return bytes;
  }

  /** Where the last whole event ends. */
  #endOfEvents(): number {
    const slab = this.#slab;
    const used = this.#used;
    // What nearly every read is: it ends where an event ends.
    if (used - this.#eventStart >= 2 && slab[used - 1] === LINE_FEED) {
      const before = slab[used - 2];
      if (before === LINE_FEED || (before === CARRIAGE_RETURN && slab[used - 3] === LINE_FEED)) return used;
    }
    const from = Math.max(this.#eventStart, this.#searched - BLANK_LINE_CR.length);
    const open = slab.subarray(from, used);
    const end = open.lastIndexOf(BLANK_LINE);
    if (end !== -1) return from + end + BLANK_LINE.length;
    const endCr = open.lastIndexOf(BLANK_LINE_CR);
    return endCr === -1 ? this.#eventStart : from + endCr + BLANK_LINE_CR.length;
  }

  /** Begins another slab, with the open event at its beginning. */
  #grow(more: number): void {
    const isHuge = this.#used - this.#eventStart > LARGEST_EVENT;
    const from = isHuge ? this.#sent : Math.min(this.#sent, this.#eventStart);
    const full = this.#now();
    this.#previous = full;
    if (this.#keptBytes < KEPT_BYTES) {
      this.#slabs.push(full);
      this.#taken.push(this.#slab);
      this.#keptBytes += full.length;
    }
    const open = this.#slab.subarray(from, this.#used);
    const slab = this.#pool.take(Math.max(LARGE_SLAB, (open.length + more) * 2));
    open.copy(slab);
    this.#sent -= from;
    this.#eventStart = Math.max(0, this.#eventStart - from);
    this.#searched = Math.max(0, this.#searched - from);
    this.#carried = open.length;
    this.#used = open.length;
    this.#slab = slab;
  }
}
