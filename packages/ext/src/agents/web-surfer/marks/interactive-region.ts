/** The edges of a rectangle in pixels of the viewport. */
export type Edges = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** An element of a page that one can interact with. */
export type InteractiveRegion = {
  /** Its number, from 10 on; the same as long as the page is there. */
  readonly id: number;
  /** Its tag, and the type of an input: `input, type=text`. */
  readonly tagName: string;
  /** Its role, as assistive technology would say it; empty where none is known. */
  readonly role: string;
  /** What it is called: its label, its title, its text. */
  readonly name: string;
  readonly isScrollable: boolean;
  /** Where it is; only those of its rectangles whose middle is not covered. */
  readonly rects: readonly Edges[];
};
