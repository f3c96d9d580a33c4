/** Text with or without colours: with them in a terminal, never when `NO_COLOR` is set. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** The style for a stream of this process. */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const { NO_COLOR: none = "", TERM: terminal } = process.env;
  const isColoured = stream.isTTY === true && none === "" && terminal !== "dumb";
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      isColoured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** Writes for programs, and the product of a command: standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes for people: standard error. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Text from outside with the control characters left out that could move the cursor or change the terminal: a model's
 * or a tool's text must not.
 */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) =>
    character === "\r" ? "" : "\ufffd",
  );
}
