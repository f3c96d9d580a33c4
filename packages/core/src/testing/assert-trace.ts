import { AssertionError } from "node:assert";
import type { RecordedTrace } from "./record-trace.ts";

/** The part of a trace that is looked at. */
type Lines = Pick<RecordedTrace<unknown>, "lines">;

/**
 * Checks that these things happened, in this order; others may have happened before, between and after. Each is the
 * beginning of a line without its indentation, such as `tool weather` or `model reply: Sunny`.
 * @throws AssertionError that shows the trace.
 */
export function assertHappened({ lines }: Lines, ...expected: readonly string[]): void {
  let from = 0;
  for (const each of expected) {
    const at = lines.findIndex((line, index) => index >= from && line.trimStart().startsWith(each));
    if (at < 0) {
      const after = from === 0 ? "" : ` after line ${from}`;
      throw failure(`"${each}" did not happen${after}.`, lines, expected);
    }
    from = at + 1;
  }
}

/**
 * Checks that none of these things happened.
 * @throws AssertionError that shows the trace.
 */
export function assertNeverHappened({ lines }: Lines, ...forbidden: readonly string[]): void {
  for (const each of forbidden) {
    const at = lines.findIndex((line) => line.trimStart().startsWith(each));
    if (at >= 0) throw failure(`"${each}" happened, in line ${at + 1}.`, lines, forbidden);
  }
}

function failure(what: string, lines: readonly string[], expected: readonly string[]): AssertionError {
  const shown =
    lines.length === 0 ? "Nothing happened." : lines.map((line, index) => `${index + 1}: ${line}`).join("\n");
  return new AssertionError({ message: `${what}\n${shown}`, actual: lines, expected });
}
