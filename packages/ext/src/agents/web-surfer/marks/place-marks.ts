import type { Edges, InteractiveRegion } from "./interactive-region.ts";
import { labelColor, markColor, type Color } from "./mark-color.ts";

/** How near the upper edge of the picture a rectangle may begin without its label going below it, in pixels. */
const NO_LABEL_ABOVE = 20;

/** A mark that is to be drawn. */
export type Mark = {
  readonly text: string;
  readonly rect: Edges;
  readonly color: Color;
  readonly labelColor: Color;
  /** The corner of the rectangle at which the label's text ends. */
  readonly anchor: { readonly x: number; readonly y: number };
  /** Whether the label stands above its anchor; else it hangs below. */
  readonly isAbove: boolean;
};

/** Which elements are in view, and the marks of those. */
export type PlacedMarks = {
  readonly marks: readonly Mark[];
  /** Ids, each once, in the order of the document. */
  readonly visible: readonly number[];
  readonly above: readonly number[];
  readonly below: readonly number[];
};

/** Says which rectangles are marked in a picture of this size, and where their labels go. */
export function placeMarks(
  regions: readonly InteractiveRegion[],
  size: { readonly width: number; readonly height: number },
): PlacedMarks {
  const marks: Mark[] = [];
  const visible = new Set<number>();
  const above = new Set<number>();
  const below = new Set<number>();
  for (const { id, rects } of regions) {
    for (const rect of rects) {
      const { left, top, right, bottom } = rect;
      if (right - left === 0 || bottom - top === 0) continue;
      const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
      if (middle.x < 0 || middle.x >= size.width) continue;
      if (middle.y < 0) above.add(id);
      else if (middle.y >= size.height) below.add(id);
      else {
        visible.add(id);
        marks.push(markOf(id, rect));
      }
    }
  }
  const elsewhere = (ids: Set<number>): readonly number[] => [...ids].filter((id) => !visible.has(id));
  return { marks, visible: [...visible], above: elsewhere(above), below: elsewhere(below) };
}

function markOf(id: number, rect: Edges): Mark {
  const color = markColor(id);
  const isAbove = rect.top > NO_LABEL_ABOVE;
  return {
    text: String(id),
    rect,
    color,
    labelColor: labelColor(color),
    anchor: { x: rect.right, y: isAbove ? rect.top : rect.bottom },
    isAbove,
  };
}
