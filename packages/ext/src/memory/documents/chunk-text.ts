import { ValueError } from "@tesserae/core";

/** How a text is cut. */
export interface ChunkOptions {
  /** The most characters (code points) of a chunk. Default 500. */
  readonly chunkSize?: number | undefined;
  /** How many characters a chunk repeats of the end of the one before. Default 50. */
  readonly overlap?: number | undefined;
  /** Cut where a sentence ends, if one does within the chunk. Default false. */
  readonly atSentences?: boolean | undefined;
}

/**
 * A text in overlapping chunks: each begins with the last `overlap` characters of the one before, so that what stands at a
 * cut is whole in one of them. A text that fits is one chunk, an empty one is none.
 *
 * @throws ValueError for sizes that are no whole numbers, and for an overlap that is not smaller than a chunk.
 */
export function chunkText(text: string, options: ChunkOptions = {}): readonly string[] {
  const { atSentences = false, chunkSize = 500, overlap = 50 } = options;
  if (!Number.isInteger(chunkSize) || chunkSize < 1) {
    throw new ValueError(`chunkSize must be a whole number greater than 0. It is ${chunkSize}.`);
  }
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= chunkSize) {
    throw new ValueError(
      `overlap must be a whole number from 0 to less than chunkSize (${chunkSize}). It is ${overlap}.`,
    );
  }
  const characters = Array.from(text);
  const ends = atSentences ? sentenceEnds(text) : [];
  const chunks: string[] = [];
  let start = 0;
  while (start < characters.length) {
    const most = start + chunkSize;
    // Farther than the overlap reaches, so that the next chunk begins later than this one.
    const sentence = ends.findLast((end) => end <= most && end > start + overlap);
    const end = most >= characters.length ? characters.length : (sentence ?? most);
    chunks.push(characters.slice(start, end).join(""));
    if (end === characters.length) break;
    start = end - overlap;
  }
  return chunks;
}

/** Where sentences end, in characters. */
function sentenceEnds(text: string): readonly number[] {
  let end = 0;
  const segments = new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text);
  return Array.from(segments, ({ segment }) => (end += Array.from(segment).length));
}
