import { RuntimeError, ValueError, errorToText } from "@tesserae/core";
import { orSayWhatIsMissing } from "../../../shared/or-say-what-is-missing.ts";
import { AddressFence, type FenceOptions } from "./address-fence.ts";
import type { BrowserContextLike, PlaywrightLike } from "./browser-types.ts";
import { FenceProxy } from "./fence-proxy.ts";
import { findChromium, isProgram } from "./find-chromium.ts";

/** How a browser is started. */
export interface BrowserOptions extends FenceOptions {
  /** Without a window. Default true. */
  readonly headless?: boolean | undefined;
  /** The program to start. Default: what {@link findChromium} finds, or Playwright's own. */
  readonly executablePath?: string | undefined;
  /** One of Playwright's channels, such as `chrome` or `msedge`, in the place of a path. */
  readonly browserChannel?: string | undefined;
  /** A folder in which the browser keeps its cookies and logins. Default: nothing is kept. */
  readonly browserDataDir?: string | undefined;
  /** Default: the browser's own. */
  readonly userAgent?: string | undefined;
  /**
   * Chromium's sandbox, which holds a page that found a hole in the browser. Default true; as root it cannot be used, and
   * a warning says so.
   */
  readonly sandbox?: boolean | undefined;
  /** Playwright itself, where a program has it. Default: the package `playwright-core`, loaded with the first browser. */
  readonly playwright?: PlaywrightLike | undefined;
}

/** A browser that was started. */
export interface StartedBrowser {
  readonly context: BrowserContextLike;
  /** What it may reach; `undefined` for everything. */
  readonly fence: AddressFence | undefined;
  close(): Promise<void>;
}

/** Starts a browser with one context, behind its fence. */
export async function launchBrowser(options: BrowserOptions): Promise<StartedBrowser> {
  const { browserChannel, browserDataDir, headless = true, userAgent } = options;
  const playwright = options.playwright ?? (await loadPlaywright());
  const executablePath = browserChannel === undefined ? programOf(options, playwright) : undefined;
  const fence = new AddressFence(options);
  const proxy = fence.isOpen ? undefined : await FenceProxy.start(fence);
  const launch = {
    headless,
    chromiumSandbox: sandboxOf(options),
    args: [
      // Peer connections would go around the proxy.
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--disable-quic",
    ],
    ...(executablePath === undefined ? { channel: browserChannel } : { executablePath }),
    ...(proxy === undefined ? {} : { proxy: { server: proxy.url } }),
  };
  const context = {
    acceptDownloads: true,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  try {
    if (browserDataDir !== undefined) {
      const persistent = await playwright.chromium.launchPersistentContext(browserDataDir, { ...launch, ...context });
      return {
        context: persistent,
        fence: proxy && fence,
        close: () => closeAll([() => persistent.close(), () => proxy?.close()]),
      };
    }
    const browser = await playwright.chromium.launch(launch);
    const made = await browser.newContext(context);
    return {
      context: made,
      fence: proxy && fence,
      close: () => closeAll([() => browser.close(), () => proxy?.close()]),
    };
  } catch (cause) {
    await proxy?.close();
    throw new RuntimeError(startText(errorToText(cause)), { code: "ERR_BROWSER_START", cause });
  }
}

async function closeAll(closing: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  for (const close of closing) await close();
}

async function loadPlaywright(): Promise<PlaywrightLike> {
  return orSayWhatIsMissing("playwright-core", () => import("playwright-core"));
}

function programOf({ executablePath }: BrowserOptions, { chromium }: PlaywrightLike): string {
  if (executablePath !== undefined) {
    if (isProgram(executablePath)) return executablePath;
    throw new ValueError(`The executablePath ${executablePath} is no program that can be run.`);
  }
  const found = findChromium();
  if (found !== undefined) return found;
  const own = chromium.executablePath();
  if (own !== "" && isProgram(own)) return own;
  throw new RuntimeError(
    "There is no Chromium on this machine. Install one with `npx playwright install --with-deps chromium` or the " +
      "system's packages, or name the program with executablePath or the variable CHROMIUM_PATH.",
    { code: "ERR_BROWSER_START" },
  );
}

function sandboxOf({ sandbox }: BrowserOptions): boolean {
  if (sandbox !== undefined) return sandbox;
  if (process.getuid?.() !== 0) return true;
  process.emitWarning(
    "Chromium has no sandbox when it is started by root: a page that finds a hole in the browser has this machine. " +
      "Start the program as another user, or in a container made for it, and say so with sandbox: false.",
    { code: "TESSERAE_BROWSER_UNSANDBOXED" },
  );
  return false;
}

function startText(reason: string): string {
  const first = reason.split("\n").find((line) => line.trim() !== "") ?? "";
  const hint = /sandbox/i.test(reason)
    ? " Where the system allows no sandbox, as in many containers, give sandbox: false, and know what it is for."
    : "";
  return `The browser did not start: ${first.trim()}${hint}`;
}
