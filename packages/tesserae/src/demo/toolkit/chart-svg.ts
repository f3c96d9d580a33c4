import type { Chart, Series } from "./chart-input.ts";
import { FONT, LEGEND_INDENT, LEGEND_LINE, SIZE, layoutChart, type Layout } from "./chart-layout.ts";
import { heightScale, widthScale, type Scale } from "./chart-scales.ts";

/** Colours that people with any kind of colour vision tell apart (Okabe and Ito, 2008), then four darker ones. */
const COLOURS = [
  ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"],
  ["#000000", "#7a4a00", "#004d3a", "#5e2a5c", "#8a8a8a", "#7f0000"],
].flat();
const FAMILY = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** Draws a chart as an SVG document. The same chart gives the same bytes. */
export function chartSvg(chart: Chart): string {
  const x = widthScale(chart);
  const y = heightScale(chart);
  const layout = layoutChart(chart, x, y);
  const marks = chart.series.map((series, index) =>
    chart.kind === "bar" ? bars(series, index, chart.series.length, x, y, layout) : line(series, index, x, y, layout),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}" ` +
      `viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" font-family="${FAMILY}">`,
    `<title>${escape(chart.title)}</title>`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    ...titleLines(layout),
    ...axes(layout),
    ...marks.flat(),
    ...legend(layout, chart.kind ?? "line"),
    "</svg>",
    "",
  ].join("\n");
}

function titleLines({ title }: Layout): string[] {
  return title.map((text, index) =>
    label(
      text,
      SIZE.width / 2,
      20 + FONT.title * (1 + 1.35 * index),
      FONT.title,
      "middle",
      ' font-weight="bold" class="title"',
    ),
  );
}

function axes({ plot, xTicks, yTicks, xLabel, yLabel }: Layout): string[] {
  const bottom = plot.top + plot.height;
  const right = plot.left + plot.width;
  const rows = yTicks.flatMap(({ at, label: text }) => {
    const y = bottom - at * plot.height;
    return [
      `<path d="M${n(plot.left)} ${n(y)}H${n(right)}" stroke="#dddddd"/>`,
      label(text, plot.left - 8, y + FONT.tick * 0.35, FONT.tick, "end", ' class="tick-y"'),
    ];
  });
  const columns = xTicks.flatMap(({ at, label: text }) => {
    const x = plot.left + at * plot.width;
    return [
      `<path d="M${n(x)} ${n(bottom)}v5" stroke="#333333"/>`,
      label(text, x, bottom + 8 + FONT.tick, FONT.tick, "middle", ' class="tick-x"'),
    ];
  });
  const middle = plot.top + plot.height / 2;
  const yLabelX = 20 + FONT.axis * 0.8;
  return [
    ...rows,
    ...columns,
    `<path d="M${n(plot.left)} ${n(plot.top)}V${n(bottom)}H${n(right)}" fill="none" stroke="#333333"/>`,
    label(xLabel, plot.left + plot.width / 2, SIZE.height - 20, FONT.axis, "middle", ' class="label-x"'),
    label(
      yLabel,
      yLabelX,
      middle,
      FONT.axis,
      "middle",
      ` class="label-y" transform="rotate(-90 ${n(yLabelX)} ${n(middle)})"`,
    ),
  ];
}

function line({ points }: Series, index: number, x: Scale, y: Scale, { plot }: Layout): string[] {
  const colour = COLOURS[index % COLOURS.length];
  const stretches: string[][] = [[]];
  const sorted = points.toSorted(([a], [b]) => x.place(a) - x.place(b));
  for (const [at, height] of sorted) {
    if (height === null) stretches.push([]);
    else
      stretches
        .at(-1)
        ?.push(`${n(plot.left + x.place(at) * plot.width)} ${n(plot.top + (1 - y.place(height)) * plot.height)}`);
  }
  return stretches.flatMap((stretch) => {
    const [first = ""] = stretch;
    if (stretch.length === 0) return [];
    // A point on its own would be a line of no length.
    if (stretch.length === 1)
      return [`<circle cx="${first.split(" ")[0]}" cy="${first.split(" ")[1]}" r="3.5" fill="${colour}"/>`];
    return [
      `<path d="M${stretch.join("L")}" fill="none" stroke="${colour}" stroke-width="2.2" stroke-linejoin="round"/>`,
    ];
  });
}

function bars(
  { points }: Series,
  index: number,
  of: number,
  x: Scale & { readonly categories: readonly string[] | undefined },
  y: Scale,
  { plot }: Layout,
): string[] {
  const place = plot.width / Math.max(1, x.categories?.length ?? 1);
  const width = (place * 0.8) / of;
  const zero = plot.top + (1 - y.place(0)) * plot.height;
  return points.flatMap(([at, height]) => {
    if (height === null) return [];
    const left = plot.left + x.place(at) * plot.width - place * 0.4 + width * index;
    const end = plot.top + (1 - y.place(height)) * plot.height;
    return [
      `<rect x="${n(left)}" y="${n(Math.min(zero, end))}" width="${n(width)}" height="${n(Math.abs(end - zero))}" fill="${COLOURS[index % COLOURS.length]}"/>`,
    ];
  });
}

function legend({ legend: names, legendLeft, plot }: Layout, kind: "line" | "bar"): string[] {
  return names.flatMap((name, index) => {
    const y = plot.top + (index + 0.5) * LEGEND_LINE;
    const colour = COLOURS[index % COLOURS.length];
    return [
      kind === "bar"
        ? `<rect x="${n(legendLeft)}" y="${n(y - 6)}" width="20" height="12" fill="${colour}"/>`
        : `<path d="M${n(legendLeft)} ${n(y)}h20" stroke="${colour}" stroke-width="3"/>`,
      label(name, legendLeft + LEGEND_INDENT, y + FONT.legend * 0.35, FONT.legend, "start", ' class="legend"'),
    ];
  });
}

function label(text: string, x: number, y: number, size: number, anchor: string, rest: string): string {
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" text-anchor="${anchor}" fill="#222222"${rest}>${escape(text)}</text>`;
}

/** Tenths of a pixel are enough. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** What XML 1.0 (section 2.2) allows in no document, not even escaped. U+000D is allowed, but read as a line's end. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_XML = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff\p{Surrogate}]/gu;

function escape(text: string): string {
  return text
    .replaceAll(NOT_XML, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
