import { isObject } from "@tesserae/core";
import type { BrowserBox, BrowserFrame, BrowserPage } from "../browser/browser-types.ts";
import type { Edges, InteractiveRegion } from "../marks/interactive-region.ts";
import { markElements } from "./mark-elements.ts";
import { placedFrames } from "./page-frames.ts";
import { FRAME_PATIENCE_MS, numberOf, objectsOf, runInPage, textOf } from "./run-in-page.ts";

const MOST_REGIONS = 2000;
const MOST_RECTS = 50;
const MOST_CHARACTERS = 300;

/** What one can interact with on a page, and which frame each element is in. */
export interface MarkedPage {
  readonly regions: readonly InteractiveRegion[];
  readonly frameOf: ReadonlyMap<number, BrowserFrame>;
}

/** Marks the elements of a page and of the frames in it, with ids that are unique in all of them. */
export async function markPage(page: BrowserPage, signal?: AbortSignal): Promise<MarkedPage> {
  const regions: InteractiveRegion[] = [];
  const frameOf = new Map<number, BrowserFrame>();
  let highest = 0;
  for (const { frame, box } of await placedFrames(page, signal)) {
    let answer: unknown;
    try {
      const patience = box === undefined ? undefined : FRAME_PATIENCE_MS;
      answer = await runInPage(frame, markElements, { highest, restart: box === undefined }, signal, patience);
    } catch (error) {
      if (box === undefined || signal?.aborted === true) throw error;
      continue;
    }
    if (!isObject(answer)) continue;
    highest = Math.max(highest, numberOf(answer["highest"]));
    for (const element of objectsOf(answer["elements"], MOST_REGIONS - regions.length)) {
      const region = regionOf(element, box);
      // A frame cannot take the number of what is elsewhere.
      if (region === undefined || frameOf.has(region.id)) continue;
      frameOf.set(region.id, frame);
      regions.push(region);
    }
  }
  return { regions, frameOf };
}

function regionOf(
  element: Readonly<Record<string, unknown>>,
  box: BrowserBox | undefined,
): InteractiveRegion | undefined {
  const id = numberOf(element["id"]);
  const rects = objectsOf(element["rects"], MOST_RECTS)
    .map((rect) => placed(rect, box))
    .filter((rect) => rect !== undefined);
  if (!Number.isInteger(id) || id < 1 || rects.length === 0) return undefined;
  return {
    id,
    tagName: textOf(element["tag_name"], MOST_CHARACTERS),
    role: textOf(element["role"], MOST_CHARACTERS),
    name: textOf(element["name"], MOST_CHARACTERS),
    isScrollable: element["v_scrollable"] === true,
    rects,
  };
}

/** A rectangle in the viewport of the page; what a frame claims outside of itself is cut off. */
function placed(rect: Readonly<Record<string, unknown>>, box: BrowserBox | undefined): Edges | undefined {
  const edges = {
    left: numberOf(rect["left"]),
    top: numberOf(rect["top"]),
    right: numberOf(rect["right"]),
    bottom: numberOf(rect["bottom"]),
  };
  if (box === undefined) return edges;
  const left = Math.max(box.x, box.x + edges.left);
  const top = Math.max(box.y, box.y + edges.top);
  const right = Math.min(box.x + box.width, box.x + edges.right);
  const bottom = Math.min(box.y + box.height, box.y + edges.bottom);
  return right > left && bottom > top ? { left, top, right, bottom } : undefined;
}
