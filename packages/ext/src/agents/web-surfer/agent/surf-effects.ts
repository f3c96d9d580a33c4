import { effect, raceSignal, type RunContext } from "@tesserae/core";
import type { BrowserSession } from "../browser/browser-session.ts";
import type { PageFault, PageReading, PageView } from "../browser/page-view.ts";
import type { LookRequest } from "../browser/page-viewer.ts";

/**
 * A look at the page: a leaf `browser:look`. A replay is given what was seen, and needs no browser; who goes on after it
 * looks anew.
 */
export function lookAtPage(
  run: RunContext,
  session: BrowserSession,
  request: LookRequest,
): Promise<PageView | PageFault> {
  const { picture, metadata } = request;
  const looking = effect<PageView | PageFault>(
    run,
    { kind: "browser", name: "look", repeat: "safe", request: () => ({ picture, metadata }) },
    ({ signal }) => session.look(request, signal),
  );
  return raceSignal(looking, run.signal);
}

/** The whole page to read: a leaf `browser:read`. */
export function readPage(
  run: RunContext,
  session: BrowserSession,
  url: string | undefined,
  withPicture: boolean,
): Promise<PageReading | PageFault> {
  const reading = effect<PageReading | PageFault>(
    run,
    { kind: "browser", name: "read", repeat: "safe", request: () => ({ picture: withPicture }) },
    ({ signal }) => session.read(url, withPicture, signal),
  );
  return raceSignal(reading, run.signal);
}
