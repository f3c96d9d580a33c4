import { type Image, imageSize, type ImageSize } from "@tesserae/core";

const LONGEST_EDGE = 2048;
const SHORTEST_EDGE = 768;
const TILE = 512;
const BASE_TOKENS = 85;
const TOKENS_PER_TILE = 170;
/** An image whose size cannot be read counts as the largest that is left after scaling. */
const LARGEST: ImageSize = { width: LONGEST_EDGE, height: SHORTEST_EDGE };

/**
 * The tokens of an image in full detail, by OpenAI's formula for gpt-4o and gpt-4.1: fitted into a square of 2048
 * pixels, its shorter side brought down to 768, then 85 and 170 for each begun tile of 512
 * (https://platform.openai.com/docs/guides/images-vision).
 */
export function imageTokens(image: Image): number {
  return tokensOfSize(imageSize(image) ?? LARGEST);
}

/** {@link imageTokens} for a size in pixels. */
export function tokensOfSize(size: ImageSize): number {
  const { width, height } = shorten(fit(size));
  return BASE_TOKENS + TOKENS_PER_TILE * Math.ceil(width / TILE) * Math.ceil(height / TILE);
}

function fit({ width, height }: ImageSize): ImageSize {
  if (width <= LONGEST_EDGE && height <= LONGEST_EDGE) return { width, height };
  const ratio = width / height;
  return ratio > 1
    ? { width: LONGEST_EDGE, height: Math.trunc(LONGEST_EDGE / ratio) }
    : { width: Math.trunc(LONGEST_EDGE * ratio), height: LONGEST_EDGE };
}

function shorten({ width, height }: ImageSize): ImageSize {
  if (width <= SHORTEST_EDGE || height <= SHORTEST_EDGE) return { width, height };
  const ratio = width / height;
  return ratio > 1
    ? { width: Math.trunc(SHORTEST_EDGE * ratio), height: SHORTEST_EDGE }
    : { width: SHORTEST_EDGE, height: Math.trunc(SHORTEST_EDGE / ratio) };
}

/** What an image counts of which only the address is known. */
export const UNKNOWN_IMAGE_TOKENS: number = /* @__PURE__ */ tokensOfSize(LARGEST);
