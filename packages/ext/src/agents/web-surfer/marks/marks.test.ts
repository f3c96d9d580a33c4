import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, startChromium } from "../../../../test/web-surfer/browser.ts";
import { runInPage } from "../page/run-in-page.ts";
import { Easel } from "./easel.ts";
import type { Edges, InteractiveRegion } from "./interactive-region.ts";
import { labelColor, markColor } from "./mark-color.ts";
import { placeMarks } from "./place-marks.ts";

const SIZE = { width: 200, height: 100 };

function region(id: number, ...rects: readonly Edges[]): InteractiveRegion {
  return { id, tagName: "a", role: "link", name: "", isScrollable: false, rects };
}

function box(left: number, top: number, right: number, bottom: number): Edges {
  return { left, top, right, bottom };
}

describe("marks", () => {
  test("are for what has its middle in view; the rest is above, below, or not there", () => {
    const placed = placeMarks(
      [
        region(10, box(10, 10, 50, 30)),
        region(11, box(10, -40, 50, -10)),
        region(12, box(10, 190, 50, 220)),
        region(13, box(-90, 10, -20, 30)),
        region(14, box(200, 10, 260, 30)),
        region(15, box(10, 10, 10, 30)),
        region(16, box(180, 90, 216, 108)),
        region(17, box(10, -40, 50, -10), box(60, 40, 90, 50)),
      ],
      SIZE,
    );
    expect(placed.visible).toEqual([10, 16, 17]);
    expect(placed.above).toEqual([11]);
    expect(placed.below).toEqual([12]);
    expect(placed.marks.map(({ text }) => text)).toEqual(["10", "16", "17"]);
  });

  test("have their labels above the right upper corner, or below the lower one near the upper edge", () => {
    const { marks } = placeMarks([region(10, box(10, 21, 50, 40)), region(11, box(60, 20, 90, 40))], SIZE);
    expect(marks.map(({ isAbove, anchor }) => [isAbove, anchor])).toEqual([
      [true, { x: 50, y: 21 }],
      [false, { x: 90, y: 40 }],
    ]);
  });

  test("have a colour that their id decides: one channel of any strength, one bright, one dark", () => {
    for (let id = 10; id < 300; id += 1) {
      const color = markColor(id);
      expect(markColor(id)).toEqual(color);
      for (const channel of color) expect(channel >= 0 && channel <= 255).toBe(true);
      expect(Math.max(...color)).toBeGreaterThanOrEqual(125);
      expect(Math.min(...color)).toBeLessThanOrEqual(50);
    }
    expect(new Set(Array.from({ length: 50 }, (_, at) => markColor(at).join())).size).toBeGreaterThan(40);
  });

  test.each([
    [
      [255, 255, 0],
      [0, 0, 0],
    ],
    [
      [0, 152, 0],
      [255, 255, 255],
    ],
    [
      [0, 154, 0],
      [0, 0, 0],
    ],
    [
      [0, 0, 255],
      [255, 255, 255],
    ],
  ] as const)("on %o the label is %o", (color, label) => {
    expect(labelColor(color)).toEqual(label);
  });
});

/** Runs in a page: a picture of one colour as a PNG, and the colours of one at some places. */
async function onCanvas({
  png,
  width,
  height,
  at,
}: {
  png: string | null;
  width: number;
  height: number;
  at: number[][];
}): Promise<object> {
  interface Brush {
    fillStyle: string;
    fillRect(...edges: number[]): void;
    drawImage(image: unknown, x: number, y: number): void;
    getImageData(x: number, y: number, width: number, height: number): { readonly data: ArrayLike<number> };
  }
  interface Studio {
    Image: new () => { src: string; width: number; height: number; decode(): Promise<void> };
    document: {
      createElement(name: string): {
        width: number;
        height: number;
        getContext(kind: string): Brush;
        toDataURL(): string;
      };
    };
  }
  const { Image, document } = globalThis as unknown as Studio;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext("2d");
  if (png === null) {
    brush.fillStyle = "rgb(255 0 0)";
    brush.fillRect(0, 0, width, height);
    return { png: canvas.toDataURL().split(",")[1] };
  }
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  canvas.width = image.width;
  canvas.height = image.height;
  brush.drawImage(image, 0, 0);
  const colors = at.map(([x = 0, y = 0]) => Array.from(brush.getImageData(x, y, 1, 1).data).slice(0, 3));
  return { width: image.width, height: image.height, colors };
}

describe.skipIf(CHROMIUM === "")("a picture with marks (skipped where no Chromium is installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test("is grey but for the frames and labels, and scaled", async () => {
    const context = await browser.newContext();
    const easel = new Easel(() => Promise.resolve(context));
    const page = await context.newPage();
    const { png } = (await runInPage(page, onCanvas, { png: null, ...SIZE, at: [] })) as { png: string };
    const { marks } = placeMarks([region(10, box(20, 40, 80, 90)), region(11, box(100, 5, 160, 40))], SIZE);

    const drawn = await easel.draw({ png, marks, size: null });
    const seen = (await runInPage(page, onCanvas, {
      png: drawn.png,
      ...SIZE,
      // Nowhere, on a frame, in it, and beside the text of a label.
      at: [
        [5, 95],
        [20, 60],
        [50, 60],
        [81, 40 - 8],
      ],
    })) as { width: number; height: number; colors: number[][] };
    expect([seen.width, seen.height]).toEqual([SIZE.width, SIZE.height]);
    const [plain = [], frame = [], inside = [], label = []] = seen.colors;
    expect(new Set(plain).size).toBe(1);
    expect(frame).toEqual([...markColor(10)]);
    expect(label).toEqual([...markColor(10)]);
    // 48 of 255 parts of the colour over the grey.
    const [grey = 0] = plain;
    for (const [channel, value] of markColor(10).entries()) {
      expect(Math.abs((inside[channel] ?? 0) - (grey + ((value - grey) * 48) / 255))).toBeLessThan(3);
    }
    expect(drawn.labels).toEqual([
      { text: "10", left: expect.any(Number), top: 23, right: 83, bottom: 43 },
      { text: "11", left: expect.any(Number), top: 37, right: 163, bottom: 57 },
    ]);
    for (const { left, right } of drawn.labels) expect(right - left).toBeGreaterThan(6 + 8);

    const scaled = await easel.draw({ png, marks: null, size: { width: 100, height: 50 } });
    const small = (await runInPage(page, onCanvas, { png: scaled.png, ...SIZE, at: [[50, 25]] })) as typeof seen;
    expect([small.width, small.height, small.colors]).toEqual([100, 50, [[255, 0, 0]]]);
    await context.close();
    // A page that is gone is made anew.
    const next = await browser.newContext();
    const second = new Easel(() => Promise.resolve(next));
    await second.draw({ png, marks: null, size: null });
    await second.close();
    expect((await second.draw({ png, marks: null, size: null })).png).not.toBe("");
    await next.close();
  });
});
