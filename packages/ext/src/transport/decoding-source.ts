import type { Transform } from "node:stream";
import { builtin } from "./builtin.ts";
import type { BodySink, BodySource } from "./response-body.ts";
import { describeUrl, TransportError } from "./transport-error.ts";

/** The source with its `content-encoding` undone. A `TransportError` for an encoding that is not known here. */
export function decoded(source: BodySource, contentEncoding: string | undefined, url: string): BodySource {
  if (contentEncoding === undefined) return source;
  let current = source;
  for (const encoding of contentEncoding.toLowerCase().split(",").toReversed()) {
    const name = encoding.trim();
    if (name !== "" && name !== "identity") current = new DecodingSource(current, decoderFor(name, url), url);
  }
  return current;
}

/** Makes the decoder when the first bytes are there to be looked at. */
type MakeDecoder = (first: Uint8Array) => Transform;

function decoderFor(name: string, url: string): MakeDecoder {
  switch (name) {
    case "gzip":
    case "x-gzip":
      return () => builtin("node:zlib").createGunzip();
    case "br":
      return () => builtin("node:zlib").createBrotliDecompress();
    case "deflate":
      // Some servers send the bare format where the standard wants the one with a zlib header (RFC 9110, 8.4.1.2).
      return (first) =>
        ((first[0] ?? 0) & 0x0f) === 8 ? builtin("node:zlib").createInflate() : builtin("node:zlib").createInflateRaw();
    default:
      throw new TransportError(
        "ERR_HTTP_MALFORMED",
        `${describeUrl(url)} answered with the content-encoding ${JSON.stringify(name)}, which was not asked for.`,
        { retryable: false },
      );
  }
}

/** Passes bytes through a decoder; the decoder's buffers hold the source back. */
class DecodingSource implements BodySource {
  readonly #source: BodySource;
  readonly #makeDecoder: MakeDecoder;
  readonly #url: string;
  #decoder: Transform | undefined;
  #paused = false;

  constructor(source: BodySource, makeDecoder: MakeDecoder, url: string) {
    this.#source = source;
    this.#makeDecoder = makeDecoder;
    this.#url = url;
  }

  start(sink: BodySink): void {
    this.#source.start({
      data: (chunk) => {
        const decoder = (this.#decoder ??= this.#open(chunk, sink));
        if (!decoder.write(chunk)) {
          this.#source.pause();
          decoder.once("drain", () => this.#source.resume());
        }
      },
      end: () => {
        if (this.#decoder === undefined) sink.end();
        else this.#decoder.end();
      },
      fail: (error) => sink.fail(error),
    });
  }

  pause(): void {
    this.#paused = true;
    this.#decoder?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#decoder?.resume();
  }

  destroy(): void {
    this.#source.destroy();
    this.#decoder?.destroy();
  }

  #open(first: Uint8Array, sink: BodySink): Transform {
    const decoder = this.#makeDecoder(first);
    decoder.on("data", (chunk: Uint8Array) => sink.data(chunk));
    decoder.once("end", () => sink.end());
    decoder.on("error", (cause) => {
      this.#source.destroy();
      const message = `The response of ${describeUrl(this.#url)} cannot be decompressed: ${cause.message}.`;
      sink.fail(new TransportError("ERR_HTTP_MALFORMED", message, { cause }));
    });
    if (this.#paused) decoder.pause();
    return decoder;
  }
}
