import type { BrowserBox, BrowserFrame, BrowserPage } from "../browser/browser-types.ts";
import { FRAME_PATIENCE_MS, inTime } from "./run-in-page.ts";

/** A frame that is in view, and where its document's corner is in the viewport of the page. */
export interface PlacedFrame {
  readonly frame: BrowserFrame;
  /** The part of the page's viewport that it has; undefined for the page's own document. */
  readonly box: BrowserBox | undefined;
}

/** A page with hundreds of frames of advertisements is cut here. */
const MOST_FRAMES = 20;

/** The frames of a page that one can see, its own document first. One that goes meanwhile is left out. */
export async function placedFrames(page: BrowserPage, signal?: AbortSignal): Promise<readonly PlacedFrame[]> {
  const main = page.mainFrame();
  const placed: PlacedFrame[] = [{ frame: main, box: undefined }];
  for (const frame of page.frames()) {
    if (frame === main || placed.length >= MOST_FRAMES) continue;
    const box = await boxOf(frame, signal);
    if (box !== undefined && box.width > 1 && box.height > 1) placed.push({ frame, box });
  }
  return placed;
}

async function boxOf(frame: BrowserFrame, signal: AbortSignal | undefined): Promise<BrowserBox | undefined> {
  try {
    const element = await inTime(frame.frameElement(), signal, "The frame is busy.", FRAME_PATIENCE_MS);
    const box = await inTime(element.boundingBox(), signal, "The frame is busy.", FRAME_PATIENCE_MS);
    await element.dispose();
    return box ?? undefined;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return undefined;
  }
}
