import zlib from "node:zlib";

/** What a body says of how it was packed; `undefined` for one that was not. */
export type Packing = "gzip" | "deflate" | "br" | "zstd";

/** The packing that a `content-encoding` names; null for one that is not known here. */
export function packingOf(encoding: string | undefined): Packing | null | undefined {
  const name = encoding?.trim().toLowerCase();
  if (name === undefined || name === "" || name === "identity") return undefined;
  if (name === "x-gzip") return "gzip";
  return name === "gzip" || name === "deflate" || name === "br" || name === "zstd" ? name : null;
}

/** Unpacks a body, as far as it came: one that was cut gives what can be read of it. */
export function unpacked(bytes: Uint8Array, packing: Packing): Uint8Array {
  const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
  switch (packing) {
    case "gzip":
      return zlib.gunzipSync(bytes, flush);
    case "deflate":
      return zlib.inflateSync(bytes, flush);
    case "br":
      return zlib.brotliDecompressSync(bytes, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
    case "zstd":
      // Not in every Node that is supported.
      return "zstdDecompressSync" in zlib ? zlib.zstdDecompressSync(bytes) : new Uint8Array(0);
  }
}
