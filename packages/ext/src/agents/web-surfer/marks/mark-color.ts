/** Red, green and blue, from 0 to 255. */
export type Color = readonly [number, number, number];

/**
 * The colour of a mark, the same for the same id: one channel of any strength, one bright and one dark, in any order, as
 * AutoGen draws them.
 */
export function markColor(id: number): Color {
  const random = randomNumbers(id);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const channels = [between(0, 255), between(125, 255), between(0, 50)];
  for (let at = channels.length - 1; at > 0; at -= 1) {
    const other = between(0, at);
    [channels[at], channels[other]] = [channels[other] ?? 0, channels[at] ?? 0];
  }
  const [red = 0, green = 0, blue = 0] = channels;
  return [red, green, blue];
}

/** The colour in which a text on this one can be read: black on what is bright, white on what is dark. */
export function labelColor([red, green, blue]: Color): Color {
  return red * 0.3 + green * 0.59 + blue * 0.11 > 90 ? [0, 0, 0] : [255, 255, 255];
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
