import { type FilePart, partKind } from "@tesserae/core";

/** Of a PDF's page, its text and its picture together: between the 1,500 and 3,000 that Anthropic names. */
const TOKENS_PER_PAGE = 2000;
const BYTES_PER_PAGE = 50_000;
/** Larger files are not looked into: a count may be asked for before every call. */
const LOOKED_INTO_BYTES = 2_000_000;
/** OpenAI counts a token for every tenth of a second (https://platform.openai.com/docs/guides/realtime-costs). */
const TOKENS_PER_SECOND = 10;
/** 128 kbit/s, for recordings that do not say. */
const BYTES_PER_SECOND = 16_000;
/** What is not here counts as a page. */
const ELSEWHERE = TOKENS_PER_PAGE;
const BYTES_PER_TOKEN = 4;

/** An estimate of a file's tokens. `count` counts text; `image` is what an image counts whose size is not known. */
export function fileTokens(part: FilePart, count: (text: string) => number, image: number): number {
  const { base64, mediaType } = part;
  const kind = partKind(part);
  if (kind === "image") return image;
  if (base64 === undefined) return ELSEWHERE;
  const bytes = (base64.replace(/=+$/, "").length * 3) >> 2;
  if (kind === "audio") return Math.ceil(secondsOf(base64, bytes) * TOKENS_PER_SECOND);
  if (mediaType.startsWith("text/")) return count(textOfFile(base64));
  if (mediaType === "application/pdf") return pagesOf(base64, bytes) * TOKENS_PER_PAGE;
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

/** The text of a file in UTF-8. */
export function textOfFile(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** Pages that stand in the file as they are; in a file whose pages are compressed, by its size. */
function pagesOf(base64: string, bytes: number): number {
  const found = bytes > LOOKED_INTO_BYTES ? null : atob(base64).match(/\/Type\s*\/Page(?![a-zA-Z])/g);
  return found?.length ?? Math.ceil(bytes / BYTES_PER_PAGE);
}

/** A WAV file says how many bytes a second has, at byte 28 (http://soundfile.sapp.org/doc/WaveFormat). */
function secondsOf(base64: string, bytes: number): number {
  const head = atob(base64.slice(0, 60));
  if (!head.startsWith("RIFF") || head.length < 44) return bytes / BYTES_PER_SECOND;
  const rate = [31, 30, 29, 28].reduce((sum, at) => sum * 256 + head.charCodeAt(at), 0);
  return bytes / (rate || BYTES_PER_SECOND);
}
