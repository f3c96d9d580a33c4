import { RuntimeError, isObject } from "@tesserae/core";
import type { BrowserContextLike, BrowserPage } from "../browser/browser-types.ts";
import { numberOf, objectsOf, runInPage, textOf } from "../page/run-in-page.ts";
import { drawPicture, type DrawRequest } from "./draw-picture.ts";
import type { Edges } from "./interactive-region.ts";

/** A picture that was drawn. */
export interface Picture {
  /** A PNG in base64. */
  readonly png: string;
  /** Where the labels of its marks are, in pixels of the picture before it was scaled. */
  readonly labels: readonly (Edges & { readonly text: string })[];
}

/**
 * An empty page in which pictures are drawn: the browser has a canvas, so that no other library is needed, and the page
 * that is looked at has no part in it.
 */
export class Easel {
  readonly #open: () => Promise<BrowserPage>;
  #page: Promise<BrowserPage> | undefined;

  constructor(context: () => Promise<BrowserContextLike>) {
    this.#open = async () => (await context()).newPage();
  }

  /** True for the page that pictures are drawn in. */
  async owns(page: BrowserPage): Promise<boolean> {
    return page === (await this.#page?.catch(() => undefined));
  }

  async draw(request: DrawRequest, signal?: AbortSignal): Promise<Picture> {
    const page = await this.#ready();
    const drawn = await runInPage(page, drawPicture, request, signal);
    const png = isObject(drawn) ? textOf(drawn["png"], Number.POSITIVE_INFINITY) : "";
    if (!isObject(drawn) || png === "") throw new RuntimeError("The browser could not draw a picture of the page.");
    return {
      png,
      labels: objectsOf(drawn["labels"], Number.POSITIVE_INFINITY).map((label) => ({
        text: textOf(label["text"], 20),
        left: numberOf(label["left"]),
        top: numberOf(label["top"]),
        right: numberOf(label["right"]),
        bottom: numberOf(label["bottom"]),
      })),
    };
  }

  /** The page, or a new one where the browser of the last is gone. */
  async #ready(): Promise<BrowserPage> {
    const page = await this.#page?.catch(() => undefined);
    if (page !== undefined && !page.isClosed()) return page;
    this.#page = this.#open();
    return this.#page;
  }

  async close(): Promise<void> {
    const page = await this.#page?.catch(() => undefined);
    this.#page = undefined;
    await page?.close();
  }
}
