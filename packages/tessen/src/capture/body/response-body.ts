import { isRawObject, NdjsonDecoder, SseDecoder, type Json, type Protocol } from "@tesserae/wire";
import type { Omission } from "../../recorder/finished-call.ts";
import { parseText } from "../../recorder/raw.ts";
import { SPARE_BYTES, type SpareBuffers } from "./spare-buffers.ts";
import { StreamAssembly } from "./stream-assembly.ts";

/** How the bytes of an answer are to be read. */
type Kind = "events" | "lines" | "text" | "binary";

/** A longer text, or a longer frame of a stream, is not read to its end: it may have none. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What the answers of a recording share. */
export interface ResponseBodyOptions {
  /** Where bytes wait until they are read. */
  readonly buffers: SpareBuffers;
  /** Of a longer body of a stream the beginning and the end are kept. */
  readonly maxBodyBytes: number;
}

/**
 * An answer while it comes: bytes in, at the end a body in the shape that is not streamed. The frames of a stream are
 * only kept as they come, and read by `read`: whoever reads the stream gets each of them at once.
 */
export class ResponseBody {
  readonly kind: Kind;
  /** True for an answer that comes in frames. */
  readonly streamed: boolean;
  /** True when the answer said that it is JSON. */
  readonly expectsJson: boolean;
  /** Milliseconds since the page's time origin when the first byte came. */
  firstByteAt: number | undefined;
  /** True when nobody could read what came. */
  unreadable = false;
  /** The error that a frame of the stream reported. */
  errorFrame: Json | undefined;
  readonly #stream: StreamAssembly | undefined;
  readonly #events: SseDecoder | undefined;
  readonly #lines: NdjsonDecoder | undefined;
  readonly #decoder: InstanceType<typeof TextDecoder> | undefined;
  readonly #buffers: SpareBuffers;
  #waiting: Uint8Array | undefined;
  #waitingBytes = 0;
  /** Of a text, or since the last frame of a stream. */
  #bytes = 0;
  #frames = 0;
  #sawDone = false;
  #text: string | undefined;
  #json: Json | undefined;

  constructor(contentType: string | undefined, protocol: Protocol | undefined, options: ResponseBodyOptions) {
    this.#buffers = options.buffers;
    this.kind = kindOf(contentType);
    this.expectsJson = contentType?.includes("json") === true;
    if (this.kind === "events") this.#events = new SseDecoder();
    if (this.kind === "lines") this.#lines = new NdjsonDecoder();
    if (this.kind === "text") this.#decoder = new TextDecoder();
    this.streamed = this.kind === "events" || this.kind === "lines";
    if (!this.streamed || protocol === undefined) return;
    this.#stream = new StreamAssembly(protocol, options.maxBodyBytes);
  }

  /** The frames that came, where the answer comes in frames. */
  get frames(): number | undefined {
    return this.streamed ? this.#frames : undefined;
  }

  /** True once the last frame of the protocol came. */
  get ended(): boolean {
    return this.#stream?.ended ?? this.#sawDone;
  }

  /** What of a stream was left out of its body. */
  get omission(): Omission | undefined {
    return this.#stream?.omission;
  }

  /** True when the answer was not read to its end. */
  get isCut(): boolean {
    return this.#bytes > MAX_BYTES;
  }

  /** True when the provider said that the answer is over, or when nobody can know. */
  get complete(): boolean {
    return this.isCut || this.unreadable || this.#stream === undefined || this.#stream.complete;
  }

  /** Takes bytes as they come. Their owner may use the buffer again. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.firstByteAt ??= performance.now();
    this.#bytes += bytes.length;
    if (this.isCut) return;
    if (this.streamed) this.#keep(bytes);
    else if (this.#decoder !== undefined) {
      this.#text = (this.#text ?? "") + this.#decoder.decode(bytes, { stream: true });
    }
  }

  /** Reads the frames that came. What is said of the answer beside its text holds as of then. */
  read(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const length = this.#waitingBytes;
    this.#waiting = undefined;
    this.#waitingBytes = 0;
    this.#readBytes(waiting.subarray(0, length));
    this.#buffers.give(waiting);
  }

  #readBytes(bytes: Uint8Array): void {
    if (this.#events !== undefined) {
      for (const { event, data } of this.#events.push(bytes))
        this.#frame(data, event === "message" ? undefined : event);
    } else if (this.#lines !== undefined) {
      for (const line of this.#lines.push(bytes)) this.#frame(line, undefined);
    }
  }

  /** Takes a whole text, which somebody else has decoded already. */
  pushText(text: string): void {
    this.firstByteAt ??= performance.now();
    if (this.kind === "text") this.#text = text;
    else this.push(Buffer.from(text));
  }

  /** Takes the parsed answer of {@link pushText}, so that it is not parsed again. */
  setJson(json: Json): void {
    this.#json = json;
  }

  /** Takes what is left when nothing more comes. */
  end(): void {
    this.read();
    const event = this.#events?.end();
    if (event !== undefined) this.#frame(event.data, event.event === "message" ? undefined : event.event);
    const line = this.#lines?.end();
    if (line !== undefined) this.#frame(line, undefined);
    if (this.#decoder !== undefined && this.#text !== undefined) this.#text += this.#decoder.decode();
  }

  /** The text of an answer that is not streamed. */
  get text(): string | undefined {
    return this.#text;
  }

  /** The answer as JSON; `undefined` where it is none, or none came. */
  json(): Json | undefined {
    if (this.#stream !== undefined) return this.#stream.body();
    if (this.#json === undefined && this.#text !== undefined) this.#json = parseText(this.#text);
    return this.#json;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.length > SPARE_BYTES) this.read();
    if (bytes.length > SPARE_BYTES) {
      this.#readBytes(bytes);
      return;
    }
    this.#waiting ??= this.#buffers.take();
    this.#waiting.set(bytes, this.#waitingBytes);
    this.#waitingBytes += bytes.length;
  }

  #frame(data: string, event: string | undefined): void {
    this.#frames += 1;
    this.#bytes = 0;
    // A piece of text reports no error.
    if (this.#stream?.push(data, event) === true) return;
    if (data === "[DONE]") this.#sawDone = true;
    if (event === "error" || event === "response.failed" || ERROR.test(data)) this.#error(data);
  }

  #error(data: string): void {
    const frame = parseText(data);
    if (!isRawObject(frame) || this.errorFrame !== undefined) return;
    const response = isRawObject(frame["response"]) ? frame["response"] : frame;
    const error = response["error"] ?? (frame["type"] === "error" ? frame : undefined);
    if (error === undefined || error === null) return;
    this.errorFrame = parseText(JSON.stringify(error));
  }
}

/** A frame that can be nothing but a report of an error, of any provider. */
const ERROR = /^\{\s*"(?:error"|type"\s*:\s*"error")/;

function kindOf(contentType: string | undefined): Kind {
  if (contentType === undefined) return "text";
  const type = contentType.toLowerCase();
  if (type.includes("text/event-stream")) return "events";
  if (type.includes("ndjson") || type.includes("jsonl")) return "lines";
  if (type.includes("json") || type.startsWith("text/")) return "text";
  return "binary";
}
