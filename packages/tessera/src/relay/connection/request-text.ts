/** What stands before the body of a request, and the body. */
export interface RequestToSend {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn; without host, length and what is of the connection. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A request that cannot be written, since a part of it would be read as something else. */
class UnwritableError extends Error {
  readonly code = "EINVAL";
}

/** What may stand in a value; CR, LF and NUL would end it. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const PATH = /^[\u0021-\u007e\u0080-\u00ff]+$/;

/** The head of a request in HTTP/1.1. Throws where a value holds what no header may hold. */
export function headOf({ method, path, headers, body }: RequestToSend, host: string): string {
  if (!PATH.test(path)) throw new UnwritableError("The path of the request holds characters that no path may hold.");
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const value = headers[index + 1] ?? "";
    if (!VALUE.test(value)) {
      throw new UnwritableError(`The header ${headers[index] ?? ""} holds characters that headers may not hold.`);
    }
    text += `${headers[index] ?? ""}: ${value}\r\n`;
  }
  if (body.length > 0 || method === "POST" || method === "PUT" || method === "PATCH") {
    text += `content-length: ${body.length}\r\n`;
  }
  return `${text}connection: keep-alive\r\n\r\n`;
}
