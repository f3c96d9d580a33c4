/*
 * What is used of the package `playwright-core`, whose own declarations need those of the DOM: a program without them can
 * still be compiled against ours. Playwright's objects fit these types.
 */

/** A page or a frame of it, of Playwright. */
export interface BrowserFrame {
  evaluate(expression: string): Promise<unknown>;
  url(): string;
  parentFrame(): BrowserFrame | null;
  isDetached(): boolean;
  frameElement(): Promise<BrowserElement>;
  locator(selector: string): BrowserLocator;
}

/** An element's handle, of Playwright. */
export interface BrowserElement {
  boundingBox(): Promise<BrowserBox | null>;
  dispose(): Promise<void>;
}

/** A rectangle in pixels of the page's viewport. */
export interface BrowserBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How to find an element, of Playwright. */
export interface BrowserLocator {
  waitFor(options: { readonly timeout: number; readonly state: "attached" }): Promise<void>;
  scrollIntoViewIfNeeded(options: { readonly timeout: number }): Promise<void>;
  boundingBox(options: { readonly timeout: number }): Promise<BrowserBox | null>;
  fill(value: string, options: { readonly timeout: number }): Promise<void>;
  focus(options: { readonly timeout: number }): Promise<void>;
  pressSequentially(text: string, options: { readonly timeout: number }): Promise<void>;
  press(key: string, options: { readonly timeout: number }): Promise<void>;
  selectOption(value: string, options: { readonly timeout: number }): Promise<unknown>;
  evaluate(
    task: (element: { scrollTop: number; clientHeight: number }, direction: number) => void,
    direction: number,
  ): Promise<unknown>;
}

/** A file that a page gives, of Playwright. */
export interface BrowserDownload {
  url(): string;
  suggestedFilename(): string;
  saveAs(path: string): Promise<void>;
  cancel(): Promise<void>;
  failure(): Promise<string | null>;
}

/** A page, of Playwright. */
export interface BrowserPage {
  url(): string;
  title(): Promise<string>;
  goto(url: string, options: { readonly timeout: number }): Promise<unknown>;
  goBack(options: { readonly timeout: number }): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  waitForLoadState(state: "load", options: { readonly timeout: number }): Promise<void>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  screenshot(options: { readonly timeout: number; readonly scale: "css"; readonly type: "png" }): Promise<Uint8Array>;
  isClosed(): boolean;
  close(): Promise<void>;
  context(): BrowserContextLike;
  frames(): readonly BrowserFrame[];
  mainFrame(): BrowserFrame;
  on(event: "popup", listener: (page: BrowserPage) => void): unknown;
  on(event: "crash", listener: () => void): unknown;
  on(event: "download", listener: (download: BrowserDownload) => void): unknown;
  off(event: "popup", listener: (page: BrowserPage) => void): unknown;
  readonly mouse: {
    move(x: number, y: number, options?: { readonly steps: number }): Promise<void>;
    click(x: number, y: number, options: { readonly delay: number }): Promise<void>;
  };
}

/** The browser's own protocol, of Playwright. */
export interface BrowserProtocol {
  send(method: "Page.stopLoading"): Promise<unknown>;
  detach(): Promise<void>;
}

/** A context of a browser (its cookies, its pages), of Playwright. */
export interface BrowserContextLike {
  newPage(): Promise<BrowserPage>;
  pages(): readonly BrowserPage[];
  newCDPSession(page: object): Promise<BrowserProtocol>;
  close(): Promise<void>;
}

/** A browser, of Playwright. */
export interface BrowserLike {
  newContext(options?: object): Promise<BrowserContextLike>;
  close(): Promise<void>;
}

/** What starts browsers, of Playwright: `import * as playwright from "playwright-core"`. */
export interface PlaywrightLike {
  readonly chromium: {
    launch(options?: object): Promise<BrowserLike>;
    launchPersistentContext(folder: string, options?: object): Promise<BrowserContextLike>;
    executablePath(): string;
  };
}
