import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import { Easel } from "../marks/easel.ts";
import { placeMarks } from "../marks/place-marks.ts";
import { BUSY, PageBusy, inTime, pause } from "../page/run-in-page.ts";
import { shortReason } from "../page/short-reason.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import type { BrowserContextLike, BrowserDownload, BrowserPage } from "./browser-types.ts";
import { launchBrowser, type BrowserOptions, type StartedBrowser } from "./launch-browser.ts";
import type { PageFault, PageReading, PageView } from "./page-view.ts";
import { saveDownload, type ApproveDownload } from "./save-download.ts";
import { checkedAddress } from "./surf-address.ts";

/** The size of pictures for models, in pixels. */
const MODEL_SIZE = { width: 1224, height: 765 };

/** Milliseconds that a page may take to close. */
const CLOSING_MS = 5000;

/** Milliseconds that an announced download may take to begin. */
const DOWNLOAD_BEGINS_MS = 5000;

/** What makes a {@link BrowserSession}. */
export interface SessionOptions extends BrowserOptions {
  readonly controller: PlaywrightController;
  readonly startPage: string;
  readonly context?: BrowserContextLike | undefined;
  readonly allowFileUrls: boolean;
  readonly downloadsFolder?: string | undefined;
  readonly approveDownload?: ApproveDownload | undefined;
  /** Where pictures are kept for people who look for a mistake. */
  readonly screenshotFolder?: string | undefined;
}

/** What a look at a page shall give. */
export interface LookRequest {
  /** Where the page is thought to be; `undefined` for the start page. */
  readonly url: string | undefined;
  readonly picture: "marked" | "plain" | "none";
  readonly metadata: boolean;
}

/**
 * A browser with its pages. It starts with the first look, and again after `close()`. It knows which address it told last:
 * asked about another one, as when a run goes on in a new process, it goes there first.
 */
export class BrowserSession {
  readonly #options: SessionOptions;
  readonly #easel: Easel;
  #started: Promise<StartedBrowser> | undefined;
  /** The page that is looked at, and those that it opened from. */
  #pages: BrowserPage[] = [];
  #told: string | undefined;
  #download: BrowserDownload | undefined;
  /** Whether a download was announced that may not have begun yet. */
  #expectsDownload = false;
  #onDownload: (() => void) | undefined;
  #metadataHash: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#easel = new Easel(async () => (await this.start()).context);
  }

  /** Starts the browser, once. What keeps it from starting is thrown. */
  start(): Promise<StartedBrowser> {
    this.#started ??= this.#launch();
    return this.#started;
  }

  /** The next look begins at the start page. */
  forget(): void {
    this.#told = undefined;
    this.#metadataHash = undefined;
  }

  /** Looks at the page. */
  async look({ url, picture, metadata }: LookRequest, signal: AbortSignal | undefined): Promise<PageView | PageFault> {
    return this.#orFault(url, signal, async (page, notice) => {
      const { controller } = this.#options;
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
      const png = picture === "none" ? null : await part(this.#photograph(page, "screenshot", signal), null);
      const title = await part(inTime(page.title(), signal, BUSY), "");
      const text = await part(controller.getVisibleText(page, options), "");
      const focused = await part(controller.getFocusedRectId(page, options), undefined);
      const view: PageView = {
        url: page.url(),
        title: title.slice(0, 500),
        height: viewport.height,
        pageTop: viewport.pageTop,
        scrollHeight: viewport.scrollHeight,
        text,
        regions: regions.map(({ id, tagName, role, name, isScrollable }) => ({
          id,
          tagName,
          role,
          name,
          isScrollable,
        })),
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
      this.#told = view.url;
      return view;
    });
  }

  /** Reads the whole page. */
  async read(
    url: string | undefined,
    withPicture: boolean,
    signal: AbortSignal | undefined,
  ): Promise<PageReading | PageFault> {
    return this.#orFault(url, signal, async (page) => {
      const png = withPicture ? await this.#photograph(page, "screenshot", signal) : null;
      return {
        url: page.url(),
        title: (await inTime(page.title(), signal, BUSY)).slice(0, 500),
        markdown: await this.#options.controller.getPageMarkdown(page, { signal }),
        picture: png === null ? null : (await this.#easel.draw({ png, marks: null, size: MODEL_SIZE }, signal)).png,
      };
    });
  }

  /** Does something with the page, waits until it is loaded, and keeps what it gave for download. */
  async act(
    url: string | undefined,
    signal: AbortSignal | undefined,
    action: (page: BrowserPage) => Promise<BrowserPage | undefined>,
    settle: () => Promise<unknown>,
  ): Promise<string | undefined> {
    const { page } = await this.#at(url, signal);
    try {
      return await this.#actOn(page, signal, action, settle);
    } catch (error) {
      // A page that answers nothing would hold whoever looks at it next.
      if (error instanceof PageBusy && signal?.aborted !== true) await this.#discard();
      throw error;
    }
  }

  async #actOn(
    page: BrowserPage,
    signal: AbortSignal | undefined,
    action: (page: BrowserPage) => Promise<BrowserPage | undefined>,
    settle: () => Promise<unknown>,
  ): Promise<string | undefined> {
    this.#download = undefined;
    this.#expectsDownload = false;
    const opened = await action(page);
    if (opened !== undefined) {
      this.#metadataHash = undefined;
      this.#watch(opened);
    }
    const current = opened ?? this.#current() ?? page;
    await this.#options.controller.whenLoaded(current, { signal });
    await settle();
    await this.#closeStrangers();
    const download = await this.#takeDownload(signal);
    if (download === undefined) return undefined;
    const { downloadsFolder, approveDownload } = this.#options;
    return saveDownload(download, this.#current() ?? page, downloadsFolder, approveDownload, signal);
  }

  /** Goes to an address, if it may. */
  async visit(page: BrowserPage, url: string, signal: AbortSignal | undefined): Promise<void> {
    const { protocol, hostname, port } = checkedAddress(url, this.#options.allowFileUrls);
    const { fence } = await this.start();
    if (fence !== undefined && /^https?:$/.test(protocol)) {
      const admission = await fence.admit(hostname, Number(port || (protocol === "https:" ? 443 : 80)));
      if ("refused" in admission) throw new Error(admission.refused);
    }
    this.#metadataHash = undefined;
    this.#expectsDownload = await this.#options.controller.visitPage(page, url, { signal });
  }

  /** Closes the pages and the browser; a context that was given stays, but for the pages that were opened in it. */
  async close(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    const pages = this.#pages;
    this.#pages = [];
    this.forget();
    const browser = await started?.catch(() => undefined);
    if (browser === undefined) return;
    await this.#easel.close();
    for (const page of pages) await page.close().catch(() => undefined);
    await browser.close();
  }

  async #launch(): Promise<StartedBrowser> {
    try {
      const { context } = this.#options;
      if (context !== undefined) return { context, fence: undefined, close: () => Promise.resolve() };
      return await launchBrowser(this.#options);
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  /** The page that is looked at; one that was closed gives way to the one that it opened from. */
  #current(): BrowserPage | undefined {
    this.#pages = this.#pages.filter((page) => !page.isClosed());
    return this.#pages.at(-1);
  }

  #watch(page: BrowserPage): void {
    this.#pages.push(page);
    page.on("download", (download) => {
      this.#download = download;
      this.#onDownload?.();
    });
    page.on("crash", () => {
      this.#pages = this.#pages.filter((one) => one !== page);
      this.#told = undefined;
      void page.close().catch(() => undefined);
    });
  }

  async #discard(): Promise<void> {
    const page = this.#pages.pop();
    this.#told = undefined;
    await Promise.race([page?.close().catch(() => undefined), pause(CLOSING_MS, undefined)]);
  }

  /** Closes the windows that nobody looks at: a page may open any number of them. */
  async #closeStrangers(): Promise<void> {
    if (this.#options.context !== undefined) return;
    const { context } = await this.start();
    for (const page of context.pages()) {
      if (this.#pages.includes(page) || (await this.#easel.owns(page))) continue;
      void page.close().catch(() => undefined);
    }
  }

  /** The download that an action began; one that was announced is waited for. */
  async #takeDownload(signal: AbortSignal | undefined): Promise<BrowserDownload | undefined> {
    if (this.#download === undefined && this.#expectsDownload) {
      const began = new Promise<void>((resolve) => (this.#onDownload = resolve));
      await Promise.race([began, pause(DOWNLOAD_BEGINS_MS, signal)]);
      this.#onDownload = undefined;
    }
    const download = this.#download;
    this.#download = undefined;
    return download;
  }

  /** The page, at the address where it is thought to be; `notice` says why it could not go there. */
  async #at(
    url: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly page: BrowserPage; readonly notice?: string }> {
    await this.start();
    let page = this.#current();
    if (page === undefined) {
      page = await inTime(this.#newPage(), signal, "The browser opens no page.", 60_000);
      this.#watch(page);
      this.#told = undefined;
      await this.#options.controller.onNewPage(page, { signal });
    }
    const isThere = this.#told !== undefined && (url === undefined || url === this.#told);
    if (isThere) return { page };
    const target = url ?? this.#options.startPage;
    try {
      await this.visit(page, target, signal);
      this.#told = target;
      return { page };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.#told = target;
      return { page, notice: `The page ${JSON.stringify(target)} could not be opened: ${shortReason(error)}` };
    }
  }

  /** A new page; of a new browser, where the one that was started is gone. */
  async #newPage(): Promise<BrowserPage> {
    const started = await this.start();
    try {
      return await started.context.newPage();
    } catch (error) {
      if (this.#options.context !== undefined) throw error;
      this.#started = undefined;
      await started.close().catch(() => undefined);
      return (await this.start()).context.newPage();
    }
  }

  /** What is wrong with a page is a value: the agent tells it. */
  async #orFault<T>(
    url: string | undefined,
    signal: AbortSignal | undefined,
    look: (page: BrowserPage, notice: string | undefined) => Promise<T>,
  ): Promise<T | PageFault> {
    await this.start();
    let notice: string | undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { page, notice: said } = await this.#at(url, signal);
        notice ??= said;
        await this.#options.controller.whenLoaded(page, { signal });
        return await look(page, notice);
      } catch (error) {
        if (signal?.aborted === true) throw error;
        // A page that goes elsewhere by itself is looked at again.
        if (attempt < 2 && isOnItsWay(error)) continue;
        if (!(error instanceof PageBusy)) return { fault: shortReason(error), closed: false };
        // It would hold the next look as well.
        await this.#discard();
        return { fault: `${error.message} It was closed.`, closed: true };
      }
    }
  }

  async #photograph(page: BrowserPage, name: string, signal: AbortSignal | undefined): Promise<string> {
    const taking = page.screenshot({ timeout: 15_000, scale: "css", type: "png" });
    const bytes = await inTime(taking, signal, "No picture of the page can be taken.", 16_000);
    return this.#keep(name, Buffer.from(bytes).toString("base64"));
  }

  async #keep(name: string, png: string): Promise<string> {
    const { screenshotFolder } = this.#options;
    if (screenshotFolder !== undefined) {
      makeFolders(screenshotFolder, 0o777);
      await writeFile(join(screenshotFolder, `${name}_${Date.now()}.png`), png, "base64");
    }
    return png;
  }

  async #newMetadata(page: BrowserPage, signal: AbortSignal | undefined): Promise<string | null> {
    const metadata = await this.#options.controller.getPageMetadata(page, { signal });
    const text = JSON.stringify(metadata, undefined, 2);
    const hash = sha256Hex(text);
    if (hash === this.#metadataHash) return null;
    this.#metadataHash = hash;
    return Object.keys(metadata).length === 0 ? null : text.slice(0, 20_000);
  }
}

/** True for what a page says that goes to another one meanwhile. */
function isOnItsWay(error: unknown): boolean {
  return /context was destroyed|because of a navigation|Frame was detached/i.test(String(error));
}
