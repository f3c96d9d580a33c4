/** What {@link encodeSse} writes; only the fields given appear. */
export interface SseEventInit {
  /** The `event:` field; a line end in it is refused by being cut there. */
  readonly event?: string;
  /** The data; each of its lines becomes one `data:` line. */
  readonly data?: string;
  /** The `id:` field. */
  readonly id?: string;
  /** The `retry:` field in milliseconds. */
  readonly retry?: number;
  /** A comment, sent first. */
  readonly comment?: string;
}

/** The text of one server-sent event, its closing blank line included. */
export function encodeSse(init: SseEventInit): string {
  let text = "";
  if (init.comment !== undefined) text += prefixed(": ", init.comment);
  if (init.event !== undefined) text += `event: ${firstLine(init.event)}\n`;
  if (init.id !== undefined) text += `id: ${firstLine(init.id)}\n`;
  if (init.retry !== undefined) text += `retry: ${Math.max(0, Math.round(init.retry))}\n`;
  if (init.data !== undefined) text += prefixed("data: ", init.data);
  return `${text}\n`;
}

function prefixed(prefix: string, value: string): string {
  if (!value.includes("\n") && !value.includes("\r")) return `${prefix}${value}\n`;
  return value
    .split(/\r\n|\r|\n/)
    .map((line) => `${prefix}${line}\n`)
    .join("");
}

function firstLine(value: string): string {
  return value.split(/[\r\n]/, 1)[0] ?? "";
}
