import { RuntimeError, isObject, type Json } from "@tesserae/core";
import type { BrowserLocator, BrowserPage } from "./browser/browser-types.ts";
import {
  positive,
  type ControlOptions,
  type PlaywrightControllerOptions,
  type VisualViewport,
} from "./controller-options.ts";
import type { InteractiveRegion } from "./marks/interactive-region.ts";
import { markPage, type MarkedPage } from "./page/interactive-regions.ts";
import { pageMarkdown } from "./page/page-markdown.ts";
import { pageMetadata } from "./page/page-metadata.ts";
import { focusedElement, visualViewport } from "./page/page-position.ts";
import { BUSY, PageBusy, inTime, numberOf, pause, runInPage } from "./page/run-in-page.ts";
import { scrollPage } from "./page/scroll-page.ts";
import { textOfFrames } from "./page/text-of-frames.ts";
import { visibleText } from "./page/visible-text.ts";

/** Milliseconds that a page gets to finish before it is looked at as it is. */
const LOADING_MS = 10_000;

/** Milliseconds that the browser gets to stop a page that loads on and on. */
const STOPPING_MS = 3000;

/**
 * Does with a page of Playwright what a person would: looks at it, scrolls, clicks and types. Elements are named by the
 * ids that {@link PlaywrightController.getInteractiveRects} gave them. It keeps nothing of a page but those.
 */
export class PlaywrightController {
  readonly animateActions: boolean;
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  readonly toResizeViewport: boolean;
  readonly #navigationTimeoutMs: number;
  readonly #elementTimeoutMs: number;
  readonly #popupTimeoutMs: number;
  readonly #marked = new WeakMap<BrowserPage, MarkedPage>();

  constructor(options: PlaywrightControllerOptions = {}) {
    this.animateActions = options.animateActions ?? false;
    this.viewportWidth = positive("viewportWidth", options.viewportWidth ?? 1440);
    this.viewportHeight = positive("viewportHeight", options.viewportHeight ?? 900);
    this.toResizeViewport = options.toResizeViewport ?? true;
    this.#navigationTimeoutMs = positive("navigationTimeoutMs", options.navigationTimeoutMs ?? 60_000);
    this.#elementTimeoutMs = positive("elementTimeoutMs", options.elementTimeoutMs ?? 5000);
    this.#popupTimeoutMs = positive("popupTimeoutMs", options.popupTimeoutMs ?? 1000);
  }

  /** Makes a page ready: its size. To be called for a page that is new. */
  async onNewPage(page: BrowserPage, { signal }: ControlOptions = {}): Promise<void> {
    if (!this.toResizeViewport) return;
    await inTime(page.setViewportSize({ width: this.viewportWidth, height: this.viewportHeight }), signal, BUSY);
  }

  /**
   * Waits until the page is loaded. One that is not in time stops loading, and must do as it is.
   *
   * @throws PageBusy when it gives no answer even then.
   */
  async whenLoaded(page: BrowserPage, { signal }: ControlOptions = {}): Promise<void> {
    const timeout = Math.min(this.#navigationTimeoutMs, LOADING_MS);
    const loading = page.waitForLoadState("load", { timeout }).catch(ignore);
    try {
      // Playwright lets nothing run in a page that is on its way to another one.
      await inTime(Promise.all([loading, page.evaluate("0")]), signal, BUSY, timeout + 1000);
    } catch (error) {
      if (!(error instanceof PageBusy)) throw error;
      await this.#stopLoading(page);
      await inTime(page.evaluate("0"), signal, BUSY, STOPPING_MS);
    }
  }

  /** Goes to an address; gives whether a download begins in the place of a page, which is no failure. */
  async visitPage(page: BrowserPage, url: string, { signal }: ControlOptions = {}): Promise<boolean> {
    const timeout = this.#navigationTimeoutMs;
    const going = page.goto(url, { timeout });
    try {
      await inTime(going, signal, `The page took longer than ${timeout} ms.`, timeout + 1000);
      return false;
    } catch (error) {
      // What is aborted must not go on to load.
      if (signal?.aborted === true) void this.#stopLoading(page);
      if (!(error instanceof Error) || !/net::ERR_ABORTED|Download is starting/.test(error.message)) throw error;
      return true;
    }
  }

  /** Goes back one page. */
  async back(page: BrowserPage, { signal }: ControlOptions = {}): Promise<void> {
    const timeout = this.#navigationTimeoutMs;
    await inTime(page.goBack({ timeout }), signal, `The page took longer than ${timeout} ms.`, timeout + 1000);
  }

  /** Scrolls up by nearly a viewport. */
  async pageUp(page: BrowserPage, options: ControlOptions = {}): Promise<void> {
    await runInPage(page, scrollPage, -1, options.signal);
  }

  /** Scrolls down by nearly a viewport. */
  async pageDown(page: BrowserPage, options: ControlOptions = {}): Promise<void> {
    await runInPage(page, scrollPage, 1, options.signal);
  }

  /** The elements that one can interact with, in the order of the document. Numbers those that have no id yet. */
  async getInteractiveRects(page: BrowserPage, { signal }: ControlOptions = {}): Promise<readonly InteractiveRegion[]> {
    const marked = await markPage(page, signal);
    this.#marked.set(page, marked);
    return marked.regions;
  }

  /** The element with this id, as it was when the page was last looked at; a page that never was is looked at now. */
  async regionOf(page: BrowserPage, id: number, options: ControlOptions = {}): Promise<InteractiveRegion | undefined> {
    const { regions } = await this.#markedPage(page, options);
    return regions.find((region) => region.id === id);
  }

  /** Where the viewport is. */
  async getVisualViewport(page: BrowserPage, { signal }: ControlOptions = {}): Promise<VisualViewport> {
    const answer = await runInPage(page, visualViewport, null, signal);
    const of = (name: keyof VisualViewport): number => (isObject(answer) ? numberOf(answer[name]) : 0);
    return {
      height: of("height"),
      width: of("width"),
      offsetLeft: of("offsetLeft"),
      offsetTop: of("offsetTop"),
      pageLeft: of("pageLeft"),
      pageTop: of("pageTop"),
      scale: of("scale"),
      clientWidth: of("clientWidth"),
      clientHeight: of("clientHeight"),
      scrollWidth: of("scrollWidth"),
      scrollHeight: of("scrollHeight"),
    };
  }

  /** The id of the element that has the focus; `undefined` where none has, or it has no id. */
  async getFocusedRectId(page: BrowserPage, { signal }: ControlOptions = {}): Promise<number | undefined> {
    const answer = await runInPage(page, focusedElement, null, signal);
    return typeof answer === "string" && /^\d{2,6}$/.test(answer) ? Number(answer) : undefined;
  }

  /** What the page says of itself for machines: `jsonld`, `microdata`, `meta_tags`. */
  async getPageMetadata(page: BrowserPage, { signal }: ControlOptions = {}): Promise<{ readonly [key: string]: Json }> {
    const answer = await runInPage(page, pageMetadata, null, signal);
    // What came over the wire of the browser is JSON.
    return isObject(answer) ? (answer as { readonly [key: string]: Json }) : {};
  }

  /** The text in view, of the frames in view too. */
  getVisibleText(page: BrowserPage, { signal }: ControlOptions = {}): Promise<string> {
    return textOfFrames(page, visibleText, {
      between: "\n",
      signal,
      isShown: (box) => box.y <= this.viewportHeight && box.y + box.height >= 0,
    });
  }

  /** The whole page as Markdown, with its frames. */
  getPageMarkdown(page: BrowserPage, { signal }: ControlOptions = {}): Promise<string> {
    return textOfFrames(page, pageMarkdown, { between: "\n\n", signal });
  }

  /** Clicks in the middle of an element. Gives the page that opened in a tab or window of its own, if one did. */
  async clickId(page: BrowserPage, id: number, options: ControlOptions = {}): Promise<BrowserPage | undefined> {
    const { signal } = options;
    let listener: (opened: BrowserPage) => void = ignore;
    const opening = new Promise<BrowserPage>((resolve) => (listener = resolve));
    page.on("popup", listener);
    try {
      const { x, y } = await this.#middleOf(page, id, options);
      await inTime(page.mouse.click(x, y, { delay: 10 }), signal, BUSY);
      const opened = await Promise.race([opening, pause(this.#popupTimeoutMs, signal)]);
      if (opened === undefined) return undefined;
      await this.onNewPage(opened, options);
      return opened;
    } finally {
      page.off("popup", listener);
    }
  }

  /** Moves the mouse to the middle of an element. */
  async hoverId(page: BrowserPage, id: number, options: ControlOptions = {}): Promise<void> {
    await this.#middleOf(page, id, options);
  }

  /** Fills a field, or chooses of a list; what cannot be filled gets the keys one by one. Then presses Enter, if wanted. */
  async fillId(
    page: BrowserPage,
    id: number,
    value: string,
    { signal, pressEnter = true }: ControlOptions & { readonly pressEnter?: boolean | undefined } = {},
  ): Promise<void> {
    const locator = await this.#locate(page, id, { signal });
    const timeout = this.#elementTimeoutMs;
    const late = "The field does not take the text.";
    const doing = <T>(promise: Promise<T>, milliseconds?: number): Promise<T> =>
      inTime(promise, signal, late, milliseconds ?? timeout + 1000);
    const region = this.#marked.get(page)?.regions.find((one) => one.id === id);
    if (region?.tagName === "select") {
      // A text is the value or the words of an entry.
      await doing(locator.selectOption(value, { timeout }));
      return;
    }
    try {
      await doing(locator.fill(value, { timeout }));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      await doing(locator.focus({ timeout }));
      await doing(locator.pressSequentially(value, { timeout: 30_000 }), 31_000);
    }
    if (pressEnter) await doing(locator.press("Enter", { timeout }));
  }

  /** Scrolls what an element shows by its height. */
  async scrollId(
    page: BrowserPage,
    id: number,
    direction: "up" | "down",
    { signal }: ControlOptions = {},
  ): Promise<void> {
    const locator = await this.#locate(page, id, { signal });
    const scrolling = locator.evaluate(
      (element, sign) => {
        element.scrollTop += sign * element.clientHeight;
      },
      direction === "up" ? -1 : 1,
    );
    await inTime(scrolling, signal, BUSY);
  }

  /** Brings an element into view and the mouse to its middle. */
  async #middleOf(
    page: BrowserPage,
    id: number,
    { signal }: ControlOptions,
  ): Promise<{ readonly x: number; readonly y: number }> {
    const locator = await this.#locate(page, id, { signal });
    const timeout = this.#elementTimeoutMs;
    await inTime(locator.scrollIntoViewIfNeeded({ timeout }), signal, BUSY, timeout + 1000);
    const box = await inTime(locator.boundingBox({ timeout }), signal, BUSY, timeout + 1000);
    if (box === null) throw new RuntimeError(`The element ${id} cannot be seen any more.`);
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await inTime(page.mouse.move(middle.x, middle.y, { steps: this.animateActions ? 25 : 1 }), signal, BUSY);
    return middle;
  }

  async #markedPage(page: BrowserPage, { signal }: ControlOptions): Promise<MarkedPage> {
    const marked = this.#marked.get(page) ?? (await markPage(page, signal));
    this.#marked.set(page, marked);
    return marked;
  }

  async #locate(page: BrowserPage, id: number, { signal }: ControlOptions): Promise<BrowserLocator> {
    const marked = await this.#markedPage(page, { signal });
    const frame = marked.frameOf.get(id) ?? page.mainFrame();
    const locator = frame.locator(`[__elementId="${id}"]`);
    const timeout = this.#elementTimeoutMs;
    const waiting = locator.waitFor({ timeout, state: "attached" });
    try {
      await inTime(waiting, signal, BUSY, timeout + 1000);
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw new RuntimeError(`There is no element with the id ${id} on the page.`, { cause });
    }
    return locator;
  }

  async #stopLoading(page: BrowserPage): Promise<void> {
    try {
      const protocol = await inTime(page.context().newCDPSession(page), undefined, BUSY, STOPPING_MS);
      await inTime(protocol.send("Page.stopLoading"), undefined, BUSY, STOPPING_MS);
      void protocol.detach().catch(ignore);
    } catch {
      // A page that is gone loads nothing.
    }
  }
}

function ignore(): void {
  // What came of it does not matter.
}
