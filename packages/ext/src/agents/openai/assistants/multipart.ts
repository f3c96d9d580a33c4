/** A form with fields and one file, as `multipart/form-data` (RFC 7578). */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly bytes: Uint8Array },
): { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array } {
  const boundary = `tesserae-${crypto.randomUUID()}`;
  const head = (name: string, more = ""): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${more}\r\n`;
  const before = Object.entries(fields).map(([name, value]) => `${head(name)}\r\n${value}\r\n`);
  const begin = `${head("file", `; filename="${quoted(file.name)}"`)}Content-Type: application/octet-stream\r\n\r\n`;
  const encoder = new TextEncoder();
  const parts = [encoder.encode(before.join("") + begin), file.bytes, encoder.encode(`\r\n--${boundary}--\r\n`)];
  const body = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.byteLength;
  }
  return { headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body };
}

/** Quotes and line ends would end the name (https://html.spec.whatwg.org, "multipart form data"). */
function quoted(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}
