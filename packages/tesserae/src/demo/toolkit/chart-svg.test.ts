import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pumpingStationsCsv } from "../data/pumping-stations.ts";
import { checkChart, MOST_SERIES, type Chart } from "./chart-input.ts";
import { SIZE } from "./chart-layout.ts";
import { chartSvg } from "./chart-svg.ts";
import { textWidth } from "./text-width.ts";

interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the texts of a drawing are, in the widest usual font; and the rectangle of the data. */
function boxes(svg: string): readonly Box[] {
  const texts = Array.from(
    svg.matchAll(
      /<text x="([\d.-]+)" y="([\d.-]+)" font-size="(\d+)" text-anchor="(\w+)"[^>]*class="([\w-]+)"( transform="rotate\(-90[^>]*)?>([^<]*)</g,
    ),
    (found): Box => {
      const [, x = "", y = "", size = "", anchor = "", what = "", rotated, escaped = ""] = found;
      const text = escaped
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&amp;", "&");
      const width = textWidth(text, Number(size));
      const start = anchor === "middle" ? -width / 2 : anchor === "end" ? -width : 0;
      // From the top of a capital to the foot of a g.
      const [above, below] = [Number(size) * 0.75, Number(size) * 0.22];
      return rotated === undefined
        ? {
            what: `${what} ${text}`,
            left: Number(x) + start,
            right: Number(x) + start + width,
            top: Number(y) - above,
            bottom: Number(y) + below,
          }
        : {
            what: `${what} ${text}`,
            left: Number(x) - above,
            right: Number(x) + below,
            top: Number(y) + start,
            bottom: Number(y) + start + width,
          };
    },
  );
  const frame = /<path d="M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)" fill="none" stroke="#333333"/.exec(svg);
  const [left = 0, top = 0, bottom = 0, right = 0] = (frame ?? []).slice(1).map(Number);
  return [...texts, { what: "plot", left, right, top, bottom }];
}

/** Pairs that lie over one another, and what hangs out of the picture. */
function overlaps(svg: string): readonly string[] {
  const all = boxes(svg);
  const pairs = all.flatMap((a, index) =>
    all
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.what} / ${b.what}`),
  );
  const outside = all.filter(
    (box) => box.left < 0 || box.top < 0 || box.right > SIZE.width || box.bottom > SIZE.height,
  );
  return [...pairs, ...outside.map(({ what }) => `${what} / the edge`)];
}

const months = Array.from(
  { length: 24 },
  (_, index) => `${2024 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
);
const stations: Chart = {
  title: "Energy for a cubic metre of water, by station and month",
  x: { label: "Month", unit: "year-month" },
  y: { label: "Energy", unit: "kWh/m³" },
  series: ["Harbour", "Hill", "Lake", "Mill", "North"].map((name, place) => ({
    name,
    points: months.map((month, index) => [month, 0.3 + place * 0.05 + index * 0.004] as const),
  })),
};

describe("a chart", () => {
  const svg = chartSvg(stations);

  test("has title, axes with units, ticks and a legend", () => {
    const texts = boxes(svg).map(({ what }) => what);
    expect(texts).toContain("title Energy for a cubic metre of water, by station and month");
    expect(texts).toContain("label-x Month (year-month)");
    expect(texts).toContain("label-y Energy (kWh/m³)");
    expect(texts.filter((text) => text.startsWith("legend "))).toEqual([
      "legend Harbour",
      "legend Hill",
      "legend Lake",
      "legend Mill",
      "legend North",
    ]);
    expect(texts.filter((text) => text.startsWith("tick-x ")).length).toBeGreaterThanOrEqual(4);
    expect(texts.filter((text) => text.startsWith("tick-y ")).length).toBeGreaterThanOrEqual(4);
  });

  test("has one line a series, in its own colour, and no overlaps", () => {
    const colours = Array.from(svg.matchAll(/fill="none" stroke="(#\w+)" stroke-width="2.2"/g), ([, colour]) => colour);
    expect(new Set(colours).size).toBe(5);
    expect(overlaps(svg)).toEqual([]);
  });

  test("is the same bytes for the same data", () => {
    expect(chartSvg(stations)).toBe(svg);
    expect(pumpingStationsCsv()).toBe(pumpingStationsCsv());
  });

  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== "");
  const point = fc.tuple(
    fc.oneof(word, fc.integer()),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })),
  );
  const series = fc.record({ name: word, points: fc.array(point, { maxLength: 40 }) });
  const charts = fc
    .record({
      title: fc.oneof(word, fc.lorem({ maxCount: 60 })),
      kind: fc.constantFrom("line" as const, "bar" as const),
      x: fc.record({ label: word, unit: word }),
      y: fc.record({ label: word, unit: word }),
      series: fc.array(series, { minLength: 1, maxLength: MOST_SERIES }),
    })
    .filter(({ series: list }) => list.some(({ points }) => points.some(([, y]) => y !== null)));

  test("has no overlaps, whatever the texts and numbers are", () => {
    fc.assert(
      fc.property(charts, (chart) => {
        const drawn = chartSvg(checkChart(chart));
        expect(overlaps(drawn)).toEqual([]);
        expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 150 },
    );
  });

  test("escapes what would be markup", () => {
    const drawn = chartSvg({ ...stations, title: "<script>alert('&')</script>" });
    expect(drawn).toContain("&lt;script&gt;");
    expect(drawn).not.toContain("<script>");
  });

  test("leaves out what no XML document may hold, and nothing else", () => {
    const [first] = stations.series;
    const drawn = chartSvg({
      ...stations,
      title: "a\u0000b\u0008c\u000bd\u001be\ufffef\uffffg\ud800h\udc00i",
      x: { label: "tab\tand \u{1f600}" },
      series: [{ name: "s\u0007", points: first?.points ?? [] }],
    });
    expect(drawn).toContain("<title>abcdefghi</title>");
    expect(drawn).toContain("tab\tand \u{1f600}");
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(drawn).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\p{Surrogate}]/u);
  });
});

describe("what cannot be drawn is refused with a reason", () => {
  test.each([
    [undefined, "A chart is an object"],
    [{ ...stations, title: " " }, "needs a title"],
    [{ ...stations, kind: "pie" }, 'is "line" or "bar"'],
    [{ ...stations, x: {} }, "The x axis needs a label"],
    [{ ...stations, series: [] }, "no series"],
    [{ ...stations, series: [{ name: "a", points: [] }] }, "no points"],
    [{ ...stations, series: [{ name: "a", points: [[1, "2"]] }] }, 'series "a"'],
    [{ ...stations, series: Array.from({ length: 13 }, () => stations.series[0]) }, "13 series"],
  ])("%#", (chart, reason) => {
    expect(() => checkChart(chart)).toThrow(reason);
  });
});
