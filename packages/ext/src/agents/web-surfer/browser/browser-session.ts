import { Easel } from "../marks/easel.ts";
import { PageBusy, inTime, pause } from "../page/run-in-page.ts";
import { shortReason } from "../page/short-reason.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import type { BrowserContextLike, BrowserDownload, BrowserPage } from "./browser-types.ts";
import { launchBrowser, type BrowserOptions, type StartedBrowser } from "./launch-browser.ts";
import type { PageFault, PageReading, PageView } from "./page-view.ts";
import { PageViewer, isOnItsWay, type LookRequest } from "./page-viewer.ts";
import { saveDownload, type ApproveDownload } from "./save-download.ts";
import { checkedAddress } from "./surf-address.ts";

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

/**
 * A browser with its pages. It starts with the first look, and again after `close()`. It knows which address it told last:
 * asked about another one, as when a run goes on in a new process, it goes there first.
 */
export class BrowserSession {
  readonly #options: SessionOptions;
  readonly #easel: Easel;
  readonly #viewer: PageViewer;
  #started: Promise<StartedBrowser> | undefined;
  /** The page that is looked at, and those that it opened from. */
  #pages: BrowserPage[] = [];
  #told: string | undefined;
  #download: BrowserDownload | undefined;
  /** Whether a download was announced that may not have begun yet. */
  #expectsDownload = false;
  #onDownload: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#easel = new Easel(async () => (await this.start()).context);
    this.#viewer = new PageViewer(options.controller, this.#easel, options.screenshotFolder);
  }

  /** Starts the browser, once. What keeps it from starting is thrown. */
  start(): Promise<StartedBrowser> {
    this.#started ??= this.#launch();
    return this.#started;
  }

  /** The next look begins at the start page. */
  forget(): void {
    this.#told = undefined;
    this.#viewer.forget();
  }

  /** True while the page that was seen at an address is there: with all that was typed in it, and those before it. */
  shows(url: string): boolean {
    return this.#current() !== undefined && this.#told === url;
  }

  /** Looks at the page. */
  async look(request: LookRequest, signal: AbortSignal | undefined): Promise<PageView | PageFault> {
    return this.#orFault(request.url, signal, async (page, notice) => {
      const view = await this.#viewer.look(page, request, notice, signal);
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
    return this.#orFault(url, signal, (page) => this.#viewer.read(page, withPicture, signal));
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
      this.#viewer.forget();
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
    this.#viewer.forget();
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
}
