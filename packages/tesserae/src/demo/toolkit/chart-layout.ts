import type { Axis, Chart } from "./chart-input.ts";
import type { Scale } from "./chart-scales.ts";
import { everyNth } from "./ticks.ts";
import { fitText, textWidth, wrapText } from "./text-width.ts";

/** The size of a chart in pixels. */
export const SIZE = { width: 960, height: 540 } as const;
/** Font sizes in pixels. */
export const FONT = { title: 18, axis: 14, tick: 13, legend: 13 } as const;
/** The height of a line of the legend. */
export const LEGEND_LINE = 22;
/** From the start of a legend's line to its text. */
export const LEGEND_INDENT = 30;

const MARGIN = 20;
const WIDEST_LEGEND = 200;
const WIDEST_TICK = 130;
const NARROWEST_TICK = 36;
const TICK_GAP = 14;

/** Where everything of a chart goes. Nothing overlaps, whatever the texts are: what does not fit is cut or left out. */
export interface Layout {
  readonly title: readonly string[];
  /** The rectangle of the data. */
  readonly plot: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly legend: readonly string[];
  readonly legendLeft: number;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: Scale["ticks"];
  readonly yTicks: Scale["ticks"];
}

/** Lays a chart out. */
export function layoutChart(chart: Chart, x: Scale, y: Scale): Layout {
  const title = wrapText(chart.title, FONT.title, SIZE.width - 2 * MARGIN, 2);
  const legend = chart.series.map(({ name }) => fitText(name, FONT.legend, WIDEST_LEGEND));
  const legendWidth = LEGEND_INDENT + widest(legend, FONT.legend);
  const xTicks = x.ticks.map(({ at, label }) => ({ at, label: fitText(label, FONT.tick, WIDEST_TICK) }));
  const xTickWidth = widest(
    xTicks.map(({ label }) => label),
    FONT.tick,
  );
  const yTickWidth = widest(
    y.ticks.map(({ label }) => label),
    FONT.tick,
  );

  // Half of the first and of the last tick label hangs out of the plot.
  const left = Math.max(MARGIN + FONT.axis * 1.5 + yTickWidth + 12, xTickWidth / 2 + MARGIN);
  const right = Math.max(legendWidth + 2 * MARGIN, xTickWidth / 2 + MARGIN);
  const top = MARGIN + title.length * FONT.title * 1.35 + 14;
  const bottom = MARGIN + FONT.axis * 1.4 + FONT.tick * 1.6 + 12;
  const plot = { left, top, width: SIZE.width - left - right, height: SIZE.height - top - bottom };
  return {
    title,
    plot,
    legend,
    legendLeft: SIZE.width - MARGIN - legendWidth,
    xLabel: fitText(axisText(chart.x), FONT.axis, plot.width),
    yLabel: fitText(axisText(chart.y), FONT.axis, plot.height),
    xTicks: sideBySide(xTicks, xTickWidth, plot.width, chart.kind === "bar"),
    yTicks: y.ticks,
  };
}

/** Leaves ticks out until their labels fit. A bar without a label says nothing: there the labels are cut first. */
function sideBySide(ticks: Scale["ticks"], widestTick: number, length: number, isBar: boolean): Scale["ticks"] {
  const step = everyNth(ticks.length, widestTick, length, TICK_GAP);
  const room = length / ticks.length - TICK_GAP;
  if (isBar && step > 1 && room >= NARROWEST_TICK) {
    return ticks.map(({ at, label }) => ({ at, label: fitText(label, FONT.tick, room) }));
  }
  return ticks.filter((_, index) => index % step === 0);
}

function axisText({ label, unit }: Axis): string {
  return unit === undefined || unit.trim() === "" ? label : `${label} (${unit})`;
}

function widest(texts: readonly string[], fontSize: number): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, fontSize)));
}
