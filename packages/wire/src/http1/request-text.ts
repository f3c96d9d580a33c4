/** What stands before the body of a request, and the body. */
export interface RequestToSend {
  readonly method: string;
  /** The request's target: a path with its query, or a whole address for a proxy. */
  readonly path: string;
  /** Names and values in turn; without host, length and what is of the connection. */
  readonly headers: readonly string[];
  /** A text is sent as UTF-8. */
  readonly body: string | Uint8Array;
}

/** A request that cannot be written, since a part of it would be read as something else. */
export class UnwritableError extends Error {
  readonly code = "EINVAL";
}

/** A name (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What may stand in a value; CR, LF and NUL would end it. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const PATH = /^[\u0021-\u007e\u0080-\u00ff]+$/;

/**
 * The head of a request in HTTP/1.1. `length`: the bytes of its body; `undefined` says nothing of one. Throws {@link UnwritableError} where a part holds what
 * it may not hold; the error names a header and never tells its value.
 */
export function headOf({ method, path, headers }: RequestToSend, host: string, length: number | undefined): string {
  if (!TOKEN.test(method)) throw new UnwritableError(`"${method}" is no method`);
  if (!PATH.test(path)) throw new UnwritableError("the path holds characters that no path may hold");
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? "";
    const value = headers[index + 1] ?? "";
    if (!TOKEN.test(name)) throw new UnwritableError(`${JSON.stringify(name)} is no name of a header`);
    if (!VALUE.test(value)) {
      throw new UnwritableError(`the header ${JSON.stringify(name)} holds characters that headers may not hold`);
    }
    text += `${name}: ${value}\r\n`;
  }
  if (length !== undefined) text += `content-length: ${length}\r\n`;
  return `${text}connection: keep-alive\r\n\r\n`;
}

/** How many bytes a body has. */
export function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
