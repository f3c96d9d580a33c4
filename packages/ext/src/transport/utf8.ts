/** Joins chunks and decodes them as UTF-8, without a byte order mark. Malformed bytes become U+FFFD. */
export function decodeUtf8(chunks: readonly Uint8Array[]): string {
  const [first] = chunks;
  if (first === undefined) return "";
  // On Node a Buffer decodes small texts faster than a TextDecoder does.
  if (typeof Buffer === "undefined") return new TextDecoder().decode(chunks.length === 1 ? first : join(chunks));
  const bytes =
    chunks.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(chunks);
  const text = bytes.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
