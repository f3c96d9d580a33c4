import type { Chart } from "./chart-input.ts";
import { roundTicks, tickLabels } from "./ticks.ts";

/** Where values lie along an axis, as a fraction from 0 to 1, and its ticks. */
export interface Scale {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  place(value: string | number): number;
}

/** The vertical scale. It starts at zero for bars, and where zero is near anyway. */
export function heightScale(chart: Chart): Scale {
  const heights = chart.series.flatMap(({ points }) => points.flatMap(([, y]) => (y === null ? [] : [y])));
  const low = Math.min(...heights);
  const high = Math.max(...heights);
  const fromZero = chart.kind === "bar" || (low > 0 && low < high * 0.35) || (high < 0 && high > low * 0.35);
  return numberScale(fromZero ? Math.min(low, 0) : low, fromZero ? Math.max(high, 0) : high, 6);
}

/** The horizontal scale: numbers where every x is one and lines are drawn, else categories. */
export function widthScale(chart: Chart): Scale & { readonly categories: readonly string[] | undefined } {
  const values = chart.series.flatMap(({ points }) => points.map(([x]) => x));
  if (chart.kind !== "bar" && values.every((value) => typeof value === "number")) {
    return { ...numberScale(Math.min(...values), Math.max(...values), 8), categories: undefined };
  }
  const categories = categoriesOf(values.map(String));
  // Lines go from edge to edge; bars have a place of their own around each category.
  const [offset, count] = chart.kind === "bar" ? [0.5, categories.length] : [0, Math.max(1, categories.length - 1)];
  const positions = new Map(categories.map((category, index) => [category, (index + offset) / count]));
  return {
    categories,
    ticks: categories.map((label) => ({ at: positions.get(label) ?? 0, label })),
    place: (value) => positions.get(String(value)) ?? 0,
  };
}

function numberScale(low: number, high: number, count: number): Scale {
  const ticks = roundTicks(low, high, count);
  const from = ticks[0] ?? low;
  const length = (ticks.at(-1) ?? high) - from || 1;
  const labels = tickLabels(ticks);
  return {
    ticks: ticks.map((tick, index) => ({ at: (tick - from) / length, label: labels[index] ?? "" })),
    place: (value) => (Number(value) - from) / length,
  };
}

const DATE = /^\d{4}-\d{2}(?:-\d{2})?/;

/** In the order of appearance; dates and numbers by their size, so that series that begin at different times still fit. */
function categoriesOf(values: readonly string[]): readonly string[] {
  const categories = [...new Set(values)];
  if (categories.every((category) => DATE.test(category))) return categories.sort();
  if (categories.every((category) => Number.isFinite(Number(category))))
    return categories.sort((a, b) => Number(a) - Number(b));
  return categories;
}
