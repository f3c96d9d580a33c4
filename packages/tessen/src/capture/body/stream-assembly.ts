import { createHash } from "node:crypto";
import type { Json, Protocol } from "@tesserae/wire";
import { createStreamBody, type StreamBody } from "@tesserae/wire/stream-body";
import type { Omission } from "../../recorder/finished-call.ts";
import { TextRun } from "./text-run.ts";

/** Frames at the end of a long stream that are kept: its last text, how it ended, what it used. */
const TAIL_CHARACTERS = 64 * 1024;

/** What only tells whether a stream is over is made anew after so much. */
const PROBE_CHARACTERS = 1024 * 1024;

interface Frame {
  readonly data: string;
  readonly event: string | undefined;
}

/**
 * Puts the body of a stream together. Of a body that grows above a bound the beginning and the end are kept, and what is
 * between is left out: frame by frame, so that it stays a body of the protocol.
 */
export class StreamAssembly {
  readonly #protocol: Protocol;
  readonly #maxBytes: number;
  readonly #stream: StreamBody;
  readonly #run: TextRun;
  /** Characters of frames since the body was measured; it cannot have grown more. */
  #grown = 0;
  #tail: FrameTail | undefined;

  /** @param maxBytes the bound of the body as JSON. */
  constructor(protocol: Protocol, maxBytes: number) {
    this.#protocol = protocol;
    this.#maxBytes = maxBytes;
    this.#stream = createStreamBody(protocol);
    this.#run = new TextRun(protocol);
  }

  /** True once the last frame of the protocol came. */
  get ended(): boolean {
    return this.#stream.ended || this.#tail?.ended === true;
  }

  /** True once the provider said that the answer is over. */
  get complete(): boolean {
    this.#takeTail();
    return this.#stream.complete || this.#stream.ended;
  }

  /** What of the frames is not in the body; undefined where all of it is. */
  get omission(): Omission | undefined {
    return this.#tail?.omission;
  }

  /** Takes the next frame, and the name of its event. True for one that is the one before with another piece of text. */
  push(data: string, event: string | undefined): boolean {
    if (this.#tail !== undefined) {
      this.#tail.push({ data, event });
      return false;
    }
    const isPiece = this.#add(data, event);
    if (this.#grown + this.#run.size > this.#maxBytes) this.#measure();
    return isPiece;
  }

  /** The body as far as it came. */
  body(): Json | undefined {
    this.#takeTail();
    this.#tellRun();
    return this.#stream.body();
  }

  #add(data: string, event: string | undefined): boolean {
    if (this.#run.takes(data)) return true;
    this.#tellRun();
    this.#run.learn(data);
    this.#grown += data.length;
    this.#stream.push(data, event);
    return false;
  }

  #tellRun(): void {
    this.#grown += this.#run.size;
    const frame = this.#run.flush();
    if (frame !== undefined) this.#stream.push(frame);
  }

  /** Most of a frame is not of the body, so it is looked at how large that is; seldom, as it takes as long as the body is. */
  #measure(): void {
    this.#tellRun();
    const bytes = Buffer.byteLength(JSON.stringify(this.#stream.body()) ?? "");
    if (bytes >= this.#maxBytes) this.#tail = new FrameTail(this.#protocol);
    else this.#grown = Math.min(bytes, this.#maxBytes * 0.75);
  }

  /** What is kept of the end follows the beginning. */
  #takeTail(): void {
    for (const { data, event } of this.#tail?.take() ?? []) this.#add(data, event);
  }
}

/** The last frames of a stream, and what was left out before them. */
class FrameTail {
  readonly #protocol: Protocol;
  readonly #hash = createHash("sha256");
  #frames: Frame[] = [];
  #characters = 0;
  #omitted = 0;
  #probe: StreamBody;
  #probed = 0;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    this.#probe = createStreamBody(protocol);
  }

  get ended(): boolean {
    return this.#probe.ended;
  }

  get omission(): Omission | undefined {
    if (this.#omitted === 0) return undefined;
    return { pointer: "/response_body", bytes: this.#omitted, sha256: this.#hash.copy().digest("hex") };
  }

  push(frame: Frame): void {
    this.#probe.push(frame.data, frame.event);
    this.#probed += frame.data.length;
    if (this.#probed > PROBE_CHARACTERS && !this.#probe.ended) {
      this.#probe = createStreamBody(this.#protocol);
      this.#probed = 0;
    }
    this.#frames.push(frame);
    this.#characters += frame.data.length;
    // The last one stays, whatever its length: it may hold all of the answer.
    while (this.#characters > TAIL_CHARACTERS && this.#frames.length > 1) this.#omitFirst();
  }

  /** The frames that are kept, and not given before. */
  take(): readonly Frame[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#characters = 0;
    return frames;
  }

  #omitFirst(): void {
    const first = this.#frames.shift();
    if (first === undefined) return;
    this.#characters -= first.data.length;
    this.#omitted += Buffer.byteLength(first.data);
    this.#hash.update(first.data);
  }
}
