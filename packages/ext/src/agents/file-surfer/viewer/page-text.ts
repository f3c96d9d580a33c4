import type { ViewerPage } from "./file-viewer.ts";

/** A page as AutoGen shows it. */
export function pageText({ place, pages, text, notice }: ViewerPage): string {
  return [
    `Path: ${place.path}`,
    ...(place.title === null ? [] : [`Title: ${place.title}`]),
    `Viewport position: Showing page ${place.page + 1} of ${pages}.`,
    ...(notice === null ? [] : [notice]),
    "=".repeat(23),
    text,
  ].join("\n");
}
