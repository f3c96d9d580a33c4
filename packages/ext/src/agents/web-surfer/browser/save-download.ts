import { existsSync } from "node:fs";
import { join, parse, resolve } from "node:path";
import type { Awaitable } from "@tesserae/core";
import { makeFolders } from "@tesserae/core/journal/file";
import type { BrowserDownload, BrowserPage } from "./browser-types.ts";
import { inTime } from "../page/run-in-page.ts";
import { shortReason } from "../page/short-reason.ts";

/** A file that a page wants to be kept. */
export interface DownloadRequest {
  readonly url: string;
  /** The name that the page gave it, made safe: no folder, no name that the system keeps for itself. */
  readonly fileName: string;
}

/** Says whether a download may be kept. */
export type ApproveDownload = (
  download: DownloadRequest,
  options: { readonly signal?: AbortSignal },
) => Awaitable<boolean>;

/** Milliseconds for a download. */
const PATIENCE_MS = 120_000;

/** Keeps a download in a folder, shows a page that says so, and gives a sentence about it. */
export async function saveDownload(
  download: BrowserDownload,
  page: BrowserPage,
  folder: string | undefined,
  approve: ApproveDownload | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const fileName = safeName(download.suggestedFilename());
  const said = JSON.stringify(fileName);
  if (folder === undefined) {
    await inTime(download.cancel(), signal, "The download cannot be cancelled.");
    return `The page gave the file ${said}, which was not kept: there is no folder for downloads.`;
  }
  const request = { url: download.url(), fileName };
  if (approve !== undefined && !(await approve(request, signal === undefined ? {} : { signal }))) {
    await inTime(download.cancel(), signal, "The download cannot be cancelled.");
    return `The page gave the file ${said}, which was not kept: it was not approved.`;
  }
  try {
    makeFolders(folder, 0o777);
    const path = freePath(resolve(folder), fileName);
    await inTime(download.saveAs(path), signal, `The download of ${said} took too long.`, PATIENCE_MS);
    const text = escapeHtml(`Downloaded ${fileName} to ${path}`);
    const html = `<!doctype html><meta charset="utf-8"><title>Download finished</title><h1>${text}</h1>`;
    const address = `data:text/html;base64,${Buffer.from(html).toString("base64")}`;
    await inTime(page.goto(address, { timeout: 10_000 }), signal, "The browser is busy.");
    return `The file ${said} was downloaded to ${JSON.stringify(path)}.`;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return `The download of ${said} failed: ${shortReason(error)}`;
  }
}

/** A name that stays in its folder on every system. */
export function safeName(suggested: string): string {
  const last = suggested.split(/[/\\]/).at(-1) ?? "";
  // eslint-disable-next-line no-control-regex
  const plain = last
    .replace(/[\u0000-\u001f\u007f<>:"|?*]/g, "_")
    .replace(/^\.+/, "")
    .replace(/[. ]+$/, "")
    .slice(-150);
  return plain === "" || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `download_${plain}` : plain;
}

function freePath(folder: string, fileName: string): string {
  const { name, ext } = parse(fileName);
  let path = join(folder, fileName);
  for (let count = 1; existsSync(path); count += 1) path = join(folder, `${name}_${count}${ext}`);
  return path;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
