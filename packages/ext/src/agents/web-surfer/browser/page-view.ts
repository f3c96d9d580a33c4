import type { InteractiveRegion } from "../marks/interactive-region.ts";

/** What is seen of a page at one moment; plain data, as it is recorded. */
export type PageView = {
  readonly url: string;
  readonly title: string;
  /** How much of the page is in view, and where: pixels. */
  readonly height: number;
  readonly pageTop: number;
  readonly scrollHeight: number;
  readonly text: string;
  /** What one can interact with, in the order of the document. */
  readonly regions: readonly Omit<InteractiveRegion, "rects">[];
  readonly visible: readonly number[];
  readonly above: readonly number[];
  readonly below: readonly number[];
  /** The id of what has the focus. */
  readonly focused: number | null;
  /** A PNG in base64: with marks and scaled where they were wanted, else as it is. */
  readonly picture: string | null;
  /** What the page says of itself for machines, as JSON, where it is not what was told last. */
  readonly metadata: string | null;
  /** What went wrong on the way here. */
  readonly notice: string | null;
};

/** A whole page to read. */
export type PageReading = {
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
  readonly picture: string | null;
};

/** Why a page could not be looked at, in one line. */
export type PageFault = { readonly fault: string };

/** The reason in an error of the browser, in one line: such errors hold logs, and may hold words of the page. */
export function shortReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split(/\n|Call log:/).find((part) => part.trim() !== "") ?? "something went wrong";
  return line
    .replace(/^(page|locator|frame)\.\w+: /, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
