import { resolve } from "node:path";
import { convertFile } from "../convert/convert-file.ts";
import { errorPage, type ConvertedFile } from "../convert/converted-file.ts";
import { directoryPage } from "../convert/directory-page.ts";
import { findOnPage } from "./find-on-page.ts";
import { resolvePath } from "./resolve-path.ts";
import { splitPages } from "./split-pages.ts";

/** Where a viewer is; plain data, so that a run can go on with it in another process. */
export type ViewerPlace = {
  readonly path: string;
  readonly title: string | null;
  /** Counted from 0. */
  readonly page: number;
  /** What was searched for last in this file. */
  readonly query: string | null;
};

/** A step of a viewer. */
export type ViewerStep =
  | { readonly do: "open"; readonly path: string }
  | { readonly do: "turn"; readonly by: 1 | -1 }
  | { readonly do: "find"; readonly query: string }
  | { readonly do: "find-next" };

/** A page, and where the viewer is now. */
export type ViewerPage = {
  readonly place: ViewerPlace;
  readonly pages: number;
  readonly text: string;
  /** What was not found. */
  readonly notice: string | null;
};

/** Shows files and folders below a base, page by page. It keeps nothing: each step begins where it is told. */
export class FileViewer {
  readonly #base: string;
  readonly #maxBytes: number;

  constructor(base: string, maxBytes: number) {
    this.#base = resolve(base);
    this.#maxBytes = maxBytes;
  }

  /** Where a viewer begins. */
  get start(): ViewerPlace {
    return { path: this.#base, title: `Index of ${this.#base}`, page: 0, query: null };
  }

  /** Takes a step from a place. */
  async take(step: ViewerStep, from: ViewerPlace): Promise<ViewerPage> {
    if (step.do === "open") {
      const path = (await resolvePath(step.path, from.path, this.#base))?.path ?? step.path;
      return this.#show({ path, title: null, page: 0, query: null }, () => 0);
    }
    if (step.do === "turn") return this.#show(from, () => from.page + step.by);
    const query = step.do === "find" ? step.query : from.query;
    if (query === null) return this.#show(from, () => from.page, "Nothing was searched for in this file yet.");
    // The same query again means the next match.
    const isNew = step.do === "find" && query.toLowerCase() !== from.query?.toLowerCase();
    const begin = isNew ? from.page : from.page + 1;
    const missed = `${JSON.stringify(query)} is not in this file.`;
    return this.#show({ ...from, query }, (pages) => findOnPage(pages, query, begin) ?? missed);
  }

  async #show(
    place: ViewerPlace,
    choose: (pages: readonly string[]) => number | string,
    said: string | null = null,
  ): Promise<ViewerPage> {
    const { title = null, text, isWhole } = await this.#read(place);
    const pages = isWhole === true ? [text] : splitPages(text);
    const chosen = choose(pages);
    const wanted = typeof chosen === "number" ? chosen : place.page;
    const page = Math.max(0, Math.min(wanted, pages.length - 1));
    return {
      place: { ...place, title, page },
      pages: pages.length,
      text: pages[page] ?? "",
      notice: typeof chosen === "string" ? chosen : said,
    };
  }

  async #read({ path }: ViewerPlace): Promise<ConvertedFile> {
    // Looked at each time: what a link leads to may have changed.
    const found = await resolvePath(path, this.#base, this.#base);
    if (found === undefined)
      return errorPage("FileNotFoundError", `There is no file or folder ${JSON.stringify(path)}.`);
    return found.isDirectory ? directoryPage(found.path) : convertFile(found.path, this.#maxBytes);
  }
}
