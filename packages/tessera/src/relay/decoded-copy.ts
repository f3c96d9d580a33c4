import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
  type ZlibOptions,
} from "node:zlib";

/** Larger answers are not decompressed: what they used is estimated. In bytes, compressed and not. */
export const LARGEST_ENCODED: number = 1024 * 1024;
const LARGEST_DECODED = 16 * 1024 * 1024;
/** A body that is coded several times over is nobody's. */
const MOST_CODINGS = 2;

/** Whether an answer came compressed, though it was asked for as it is. */
export function isEncoded(encoding: string | undefined): encoding is string {
  return encoding !== undefined && encoding !== "" && encoding.toLowerCase() !== "identity";
}

/**
 * A copy of a compressed body as it was before, to be read by the gateway alone; the caller gets the body as it came.
 * `undefined` where it is too large, or nothing that the gateway can read.
 */
export function decodedCopy(body: Buffer, encoding: string): Buffer | undefined {
  const codings = encoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim());
  if (body.length > LARGEST_ENCODED || codings.length > MOST_CODINGS) return undefined;
  try {
    return codings.reduceRight(decoded, body);
  } catch {
    return undefined;
  }
}

function decoded(body: Buffer, coding: string): Buffer {
  const options: ZlibOptions = { maxOutputLength: LARGEST_DECODED };
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzipSync(body, options);
    case "deflate":
      // Some servers leave the wrapping out, which the standard wants.
      return isWrapped(body) ? inflateSync(body, options) : inflateRawSync(body, options);
    case "br":
      return brotliDecompressSync(body, { maxOutputLength: LARGEST_DECODED });
    case "zstd":
      return zstdDecompressSync(body, { maxOutputLength: LARGEST_DECODED });
    default:
      return coding === "identity" ? body : failWith(coding);
  }
}

/** Whether a body begins as RFC 1950 has it: the method, and a number that 31 divides. */
function isWrapped(body: Buffer): boolean {
  return body.length >= 2 && ((body[0] ?? 0) & 0x0f) === DEFLATED && body.readUInt16BE(0) % 31 === 0;
}

const DEFLATED = 8;

function failWith(coding: string): never {
  throw new Error(`The coding ${coding} is not known.`);
}
