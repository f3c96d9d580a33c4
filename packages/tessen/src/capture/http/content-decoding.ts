import zlib from "node:zlib";

/** A way in which a body is packed. */
type Packing = "gzip" | "deflate" | "br" | "zstd";

/** A longer body is not unpacked: a few bytes may stand for any number. */
const MAX_BYTES = 64 * 1024 * 1024;

/** More layers than anybody makes; each one may be a bomb inside the other. */
const MAX_LAYERS = 5;

/**
 * An answer that comes packed. Its bytes are kept as they come over the wire, and unpacked when nothing more comes: as
 * far as they came, if the answer was cut.
 */
export class PackedBody {
  readonly #packings: readonly Packing[] | undefined;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  private constructor(packings: readonly Packing[] | undefined) {
    this.#packings = packings;
  }

  /** For the value of `content-encoding`; `undefined` for a body that is not packed. */
  static of(encoding: string | undefined): PackedBody | undefined {
    const packings = packingsOf(encoding);
    return packings?.length === 0 ? undefined : new PackedBody(packings);
  }

  /** Takes bytes as they come. Their owner may use the buffer again. */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#packings !== undefined && this.#bytes <= MAX_BYTES) this.#chunks.push(new Uint8Array(chunk));
  }

  /** What was packed; `undefined` where it cannot be read: of an unknown kind, broken, or too long. */
  unpacked(): Uint8Array | undefined {
    if (this.#packings === undefined || this.#bytes > MAX_BYTES) return undefined;
    try {
      // What was done last is undone first.
      return this.#packings.reduceRight<Uint8Array>(unpack, Buffer.concat(this.#chunks));
    } catch {
      return undefined;
    }
  }
}

/** The packings that a header lists, in the order in which they were made; `undefined` where one is not known here. */
function packingsOf(encoding: string | undefined): readonly Packing[] | undefined {
  const packings: Packing[] = [];
  for (const part of (encoding ?? "").split(",")) {
    const name = part.trim().toLowerCase();
    if (name === "" || name === "identity") continue;
    if (name === "gzip" || name === "x-gzip") packings.push("gzip");
    else if (name === "deflate" || name === "br" || name === "zstd") packings.push(name);
    else return undefined;
  }
  return packings.length > MAX_LAYERS ? undefined : packings;
}

function unpack(bytes: Uint8Array, packing: Packing): Uint8Array {
  if (bytes.byteLength === 0) return bytes;
  const limit = { maxOutputLength: MAX_BYTES };
  const options = { ...limit, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  switch (packing) {
    case "gzip":
      return zlib.gunzipSync(bytes, options);
    case "deflate":
      return hasZlibHeader(bytes) ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
    case "br":
      return zlib.brotliDecompressSync(bytes, { ...limit, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
    case "zstd":
      return zlib.zstdDecompressSync(bytes, { ...limit, finishFlush: zlib.constants.ZSTD_e_flush });
  }
}

/** Some servers send what `deflate` names without its two bytes of header (RFC 1950); clients read both. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}
