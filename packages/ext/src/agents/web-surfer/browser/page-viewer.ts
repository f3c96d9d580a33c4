import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import type { Easel } from "../marks/easel.ts";
import { placeMarks } from "../marks/place-marks.ts";
import { BUSY, PageBusy, inTime } from "../page/run-in-page.ts";
import { shortReason } from "../page/short-reason.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import type { BrowserPage } from "./browser-types.ts";
import type { PageReading, PageView } from "./page-view.ts";

/** The size of pictures for models, in pixels. */
const MODEL_SIZE = { width: 1224, height: 765 };

/** What a look at a page shall give. */
export interface LookRequest {
  /** Where the page is thought to be; `undefined` for the start page. */
  readonly url: string | undefined;
  readonly picture: "marked" | "plain" | "none";
  readonly metadata: boolean;
}

/** Gathers what is seen of a page. It remembers the metadata that were told last: the same are not told again. */
export class PageViewer {
  readonly #controller: PlaywrightController;
  readonly #easel: Easel;
  readonly #screenshotFolder: string | undefined;
  #metadataHash: string | undefined;

  /** `screenshotFolder` is where pictures are kept for people who look for a mistake. */
  constructor(controller: PlaywrightController, easel: Easel, screenshotFolder: string | undefined) {
    this.#controller = controller;
    this.#easel = easel;
    this.#screenshotFolder = screenshotFolder;
  }

  /** The next look tells the metadata, whatever they are. */
  forget(): void {
    this.#metadataHash = undefined;
  }

  /** What is in view; `notice` is what went wrong on the way here. */
  async look(
    page: BrowserPage,
    { picture, metadata }: Pick<LookRequest, "picture" | "metadata">,
    notice: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PageView> {
    const controller = this.#controller;
    const options = { signal };
    const faults: string[] = notice === undefined ? [] : [notice];
    /** A page that breaks what it is looked at with is told of as far as it can be seen: one must be able to leave it. */
    const part = async <T>(looking: Promise<T>, instead: T): Promise<T> => {
      try {
        return await looking;
      } catch (error) {
        if (signal?.aborted === true || error instanceof PageBusy || isOnItsWay(error)) throw error;
        faults.push(`A part of the page cannot be shown. ${shortReason(error)}`);
        return instead;
      }
    };
    const regions = await part(controller.getInteractiveRects(page, options), []);
    const viewport = await controller.getVisualViewport(page, options);
    const size = controller.toResizeViewport
      ? { width: controller.viewportWidth, height: controller.viewportHeight }
      : viewport;
    const { marks, visible, above, below } = placeMarks(regions, size);
    const png = picture === "none" ? null : await part(this.#photograph(page, signal), null);
    const title = await part(inTime(page.title(), signal, BUSY), "");
    const text = await part(controller.getVisibleText(page, options), "");
    const focused = await part(controller.getFocusedRectId(page, options), undefined);
    return {
      url: page.url(),
      title: title.slice(0, 500),
      height: viewport.height,
      pageTop: viewport.pageTop,
      scrollHeight: viewport.scrollHeight,
      text,
      regions: regions.map(({ id, tagName, role, name, isScrollable }) => ({ id, tagName, role, name, isScrollable })),
      visible,
      above,
      below,
      focused: focused ?? null,
      picture:
        png !== null && picture === "marked"
          ? await this.#keep("screenshot_som", (await this.#easel.draw({ png, marks, size: MODEL_SIZE }, signal)).png)
          : png,
      metadata: metadata ? await part(this.#newMetadata(page, signal), null) : null,
      notice: faults.length === 0 ? null : faults.join("\n"),
    };
  }

  /** The whole page. */
  async read(page: BrowserPage, withPicture: boolean, signal: AbortSignal | undefined): Promise<PageReading> {
    const png = withPicture ? await this.#photograph(page, signal) : null;
    return {
      url: page.url(),
      title: (await inTime(page.title(), signal, BUSY)).slice(0, 500),
      markdown: await this.#controller.getPageMarkdown(page, { signal }),
      picture: png === null ? null : (await this.#easel.draw({ png, marks: null, size: MODEL_SIZE }, signal)).png,
    };
  }

  async #photograph(page: BrowserPage, signal: AbortSignal | undefined): Promise<string> {
    const taking = page.screenshot({ timeout: 15_000, scale: "css", type: "png" });
    const bytes = await inTime(taking, signal, "No picture of the page can be taken.", 16_000);
    return this.#keep("screenshot", Buffer.from(bytes).toString("base64"));
  }

  async #keep(name: string, png: string): Promise<string> {
    if (this.#screenshotFolder !== undefined) {
      makeFolders(this.#screenshotFolder, 0o777);
      await writeFile(join(this.#screenshotFolder, `${name}_${Date.now()}.png`), png, "base64");
    }
    return png;
  }

  async #newMetadata(page: BrowserPage, signal: AbortSignal | undefined): Promise<string | null> {
    const metadata = await this.#controller.getPageMetadata(page, { signal });
    const text = JSON.stringify(metadata, undefined, 2);
    const hash = sha256Hex(text);
    if (hash === this.#metadataHash) return null;
    this.#metadataHash = hash;
    return Object.keys(metadata).length === 0 ? null : text.slice(0, 20_000);
  }
}

/** True for what a page says that goes to another one meanwhile. */
export function isOnItsWay(error: unknown): boolean {
  return /context was destroyed|because of a navigation|Frame was detached/i.test(String(error));
}
