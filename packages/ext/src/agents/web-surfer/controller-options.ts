import { ValueError } from "@tesserae/core";

/** Where a viewport is, in pixels of the page. */
export interface VisualViewport {
  readonly height: number;
  readonly width: number;
  readonly offsetLeft: number;
  readonly offsetTop: number;
  readonly pageLeft: number;
  readonly pageTop: number;
  readonly scale: number;
  readonly clientWidth: number;
  readonly clientHeight: number;
  readonly scrollWidth: number;
  readonly scrollHeight: number;
}

/** What makes a a `PlaywrightController`. */
export interface PlaywrightControllerOptions {
  /** Move the mouse in steps, for people who watch. Default false. */
  readonly animateActions?: boolean | undefined;
  /** Pixels. Default 1440. */
  readonly viewportWidth?: number | undefined;
  /** Pixels. Default 900. */
  readonly viewportHeight?: number | undefined;
  /** Give pages that size. Default true; without, they keep their own. */
  readonly toResizeViewport?: boolean | undefined;
  /** Milliseconds that a page may take to load. Default 60000. */
  readonly navigationTimeoutMs?: number | undefined;
  /** Milliseconds that an element may take to be there. Default 5000. */
  readonly elementTimeoutMs?: number | undefined;
  /** Milliseconds that a click is given to open another page. Default 1000. */
  readonly popupTimeoutMs?: number | undefined;
}

/** What may be said with every call. */
export interface ControlOptions {
  readonly signal?: AbortSignal | undefined;
}

/** @throws {ValueError} for an option that is no number above 0. */
export function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ValueError(`${name} must be a number above 0, got ${value}.`);
}
