import { writeFileSync } from "node:fs";
import { checkChart, type Chart } from "./chart-input.ts";
import { chartSvg } from "./chart-svg.ts";

/**
 * Draws a chart as `chart.svg` into the current folder, with title, axes, units, ticks and legend.
 * @throws {Error} that says what is missing or wrong.
 */
export function writeChart(chart: Chart): void {
  writeFileSync("chart.svg", chartSvg(checkChart(chart)), { mode: 0o600 });
}
