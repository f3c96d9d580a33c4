import { isRawObject, listOf, nonEmptyText, objectOf, textOf, type JsonObject, type RawObject } from "../json.ts";
import type { Citation } from "../response/assembled-response.ts";

/**
 * The sources in an answer's `groundingMetadata`: one citation for each supported stretch of text and source,
 * and one without a place for each source that supports none.
 */
export function citationsOfGrounding(metadata: unknown, text: string): Citation[] {
  const grounding = objectOf(metadata);
  const chunks = listOf(grounding["groundingChunks"]).map(objectOf);
  const used = new Set<number>();
  const citations: Citation[] = [];
  for (const entry of listOf(grounding["groundingSupports"])) {
    const support = objectOf(entry);
    const place = placeOf(objectOf(support["segment"]), text);
    for (const index of listOf(support["groundingChunkIndices"])) {
      const chunk = typeof index === "number" ? chunks[index] : undefined;
      if (chunk === undefined || typeof index !== "number") continue;
      used.add(index);
      citations.push({ ...sourceOf(chunk), ...place, raw: chunk as JsonObject });
    }
  }
  chunks.forEach((chunk, index) => {
    if (!used.has(index)) citations.push({ ...sourceOf(chunk), raw: chunk as JsonObject });
  });
  return citations;
}

function sourceOf(chunk: RawObject): Omit<Citation, "raw"> {
  const source = Object.values(chunk).find(isRawObject) ?? {};
  const url = nonEmptyText(source["uri"]);
  const title = nonEmptyText(source["title"]);
  const citedText = nonEmptyText(source["text"]);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
  };
}

/** Gemini counts in bytes of UTF-8; its copy of the stretch is found in the text instead, from about that place on. */
function placeOf(segment: RawObject, text: string): { startIndex?: number; endIndex?: number } {
  const stretch = textOf(segment["text"]);
  if (stretch === "") return {};
  const bytes = typeof segment["startIndex"] === "number" ? segment["startIndex"] : 0;
  // A character has one to three bytes for each UTF-16 unit, so the stretch begins between a third of the bytes and all.
  const startIndex = text.indexOf(stretch, Math.floor(bytes / 3));
  return startIndex === -1 ? {} : { startIndex, endIndex: startIndex + stretch.length };
}
