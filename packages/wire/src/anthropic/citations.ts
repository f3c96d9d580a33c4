import { nonEmptyText, objectOf, type JsonObject } from "../json.ts";
import type { Citation } from "../response/assembled-response.ts";

/** A citation of an Anthropic text block, of whatever kind: a web page, a search result, a place in a document. */
export function citationOfAnthropic(citation: unknown): Citation {
  const raw = objectOf(citation);
  const url = nonEmptyText(raw["url"]) ?? nonEmptyText(raw["source"]);
  const title = nonEmptyText(raw["title"]) ?? nonEmptyText(raw["document_title"]);
  const citedText = nonEmptyText(raw["cited_text"]);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
    raw: raw as JsonObject,
  };
}
