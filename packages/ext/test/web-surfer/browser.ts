import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser } from "playwright-core";
import { onTestFinished } from "vitest";
import { findChromium } from "../../src/agents/web-surfer/index.ts";

/** The Chromium of this machine; empty where there is none, and tests are skipped. */
export const CHROMIUM: string = findChromium() ?? "";

/** A Chromium for the tests of one file. Containers have no user namespaces, and the pages are our own. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, timeout: 200_000 });
}

/** What a path of a test site answers: a page, or whatever a function writes. */
export type SitePages = Readonly<
  Record<string, string | ((request: IncomingMessage, response: ServerResponse) => void)>
>;

/** A web site for one test; gives its address without a slash at the end, and the paths that were asked for. */
export async function startSite(
  pages: SitePages,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    const page = pages[path.replace(/\?.*$/, "")];
    if (typeof page === "function") {
      page(request, response);
      return;
    }
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "<title>Nothing here</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
