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

/** What tools need to know of a page that was seen; as it is kept in a state. */
export type SeenPage = Pick<PageView, "url" | "height" | "pageTop" | "scrollHeight" | "regions" | "visible">;

/** A whole page to read. */
export type PageReading = {
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
  readonly picture: string | null;
};

/** Why a page could not be looked at, in one line; whether it was closed, as one that answers nothing is. */
export type PageFault = { readonly fault: string; readonly closed: boolean };
