import { type FilePart, type Image, ValueError } from "@tesserae/core";

/**
 * The error for what a client cannot send.
 *
 * @param what such as `The file "a.pdf" (application/pdf)`.
 * @param client the client's name.
 * @param why what its provider takes instead, and what to do.
 */
export function unsupportedInput(what: string, client: string, why: string): ValueError {
  return new ValueError(`${what} cannot be sent by ${client}: ${why}`, { code: "ERR_UNSUPPORTED_INPUT" });
}

/** A part in words, for an error: what it is, how it is called, where its bytes are. */
export function describePart(part: Image | FilePart): string {
  if (part.type === "Image") return `The image (${part.mediaType})`;
  const name = part.name === undefined ? "" : ` "${part.name}"`;
  const place = part.url !== undefined ? ", by URL" : part.fileId !== undefined ? ", by file id" : "";
  return `The file${name} (${part.mediaType}${place})`;
}
