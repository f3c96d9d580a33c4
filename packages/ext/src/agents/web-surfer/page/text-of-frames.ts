import type { BrowserBox, BrowserPage } from "../browser/browser-types.ts";
import { placedFrames } from "./page-frames.ts";
import { FRAME_PATIENCE_MS, runInPage, textOf } from "./run-in-page.ts";

const MOST_CHARACTERS = 500_000;

/** How the texts of frames become one. */
export interface FrameTexts {
  /** Stands between two texts. */
  readonly between: string;
  readonly signal: AbortSignal | undefined;
  /** Which frames of a page count, by their places. Default: all that have one. */
  readonly isShown?: (box: BrowserBox) => boolean;
}

/** What a function gives in a page and in the frames that one can see, as one text. */
export async function textOfFrames(
  page: BrowserPage,
  task: () => string,
  { between, signal, isShown = () => true }: FrameTexts,
): Promise<string> {
  const texts: string[] = [];
  for (const { frame, box } of await placedFrames(page, signal)) {
    if (box !== undefined && !isShown(box)) continue;
    try {
      const patience = box === undefined ? undefined : FRAME_PATIENCE_MS;
      texts.push(textOf(await runInPage(frame, task, null, signal, patience), MOST_CHARACTERS));
    } catch (error) {
      // A frame may be gone by now; the page itself is what was asked for.
      if (box === undefined || signal?.aborted === true) throw error;
    }
  }
  return texts.filter((text) => text !== "").join(between);
}
