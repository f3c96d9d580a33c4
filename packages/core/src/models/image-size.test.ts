import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageSize } from "./image-size.ts";
import { imageFromBytes } from "./image.ts";

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const size = (bytes: readonly number[]): ReturnType<typeof imageSize> =>
  imageSize(imageFromBytes(Uint8Array.from(bytes)));

describe("imageSize", () => {
  test.each([
    ["PNG", [0x89, ...ascii("PNG\r\n\x1a\n"), 0, 0, 0, 13, ...ascii("IHDR"), 0, 0, 1, 44, 0, 0, 0, 200]],
    ["GIF", [...ascii("GIF89a"), 44, 1, 200, 0, 0]],
    [
      "lossy WebP",
      [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPVP8 "), 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 44, 1, 200, 0],
    ],
    ["lossless WebP", [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPVP8L"), 0, 0, 0, 0, 0x2f, 0x2b, 0xc1, 0x31, 0]],
    [
      "extended WebP",
      [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPVP8X"), 10, 0, 0, 0, 0, 0, 0, 0, 43, 1, 0, 199, 0, 0],
    ],
    [
      "JPEG",
      [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 2, 0xff, 0xc2, 0, 11, 8, 0, 200, 1, 44, 3, 0, 0],
    ],
  ])("reads %s", (_name, bytes) => {
    expect(size(bytes)).toEqual({ width: 300, height: 200 });
  });

  test.each([
    ["nothing known", [1, 2, 3]],
    ["a cut PNG", [0x89, ...ascii("PNG\r\n\x1a\n"), 0, 0]],
    ["a JPEG without a frame", [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]],
    ["a size of zero", [...ascii("GIF89a"), 0, 0, 200, 0, 0]],
    ["an unknown WebP", [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBPNEW!"), ...Array.from({ length: 20 }, () => 0)]],
  ])("gives nothing for %s", (_name, bytes) => {
    expect(size(bytes)).toBeUndefined();
  });

  test("never throws and never hangs", () => {
    const heads = [
      [0xff, 0xd8],
      [0x89, 0x50, 0x4e, 0x47],
      ascii("GIF8"),
      [...ascii("RIFF"), 0, 0, 0, 0, ...ascii("WEBP")],
      [],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ minLength: 1, maxLength: 200 }), (head, rest) => {
        const found = size([...head, ...rest]);
        expect(found === undefined || (found.width > 0 && found.height > 0)).toBe(true);
      }),
    );
  });
});
