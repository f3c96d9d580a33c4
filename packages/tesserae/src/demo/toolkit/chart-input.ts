import { isRecord } from "./is-record.ts";

/** An axis of a chart. */
export interface Axis {
  readonly label: string;
  /** Such as `kWh/m³`; empty for none. */
  readonly unit?: string;
}

/** One line, or one set of bars. */
export interface Series {
  readonly name: string;
  /** Pairs of x and y. A y that is `null` is a gap. */
  readonly points: readonly (readonly [x: string | number, y: number | null])[];
}

/** A chart. */
export interface Chart {
  readonly title: string;
  /** Default `"line"`. */
  readonly kind?: "line" | "bar";
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

/** More would be no chart that anybody can read. */
export const MOST_SERIES = 12;

/**
 * The chart, if it can be drawn.
 * @throws {Error} that says what is missing.
 */
export function checkChart(value: unknown): Chart {
  if (!isRecord(value)) throw new Error("A chart is an object with title, x, y and series.");
  const { title, kind = "line", x, y, series } = value;
  if (typeof title !== "string" || title.trim() === "") throw new Error("The chart needs a title.");
  if (kind !== "line" && kind !== "bar") throw new Error('The kind of a chart is "line" or "bar".');
  if (!Array.isArray(series) || series.length === 0) throw new Error("The chart has no series.");
  if (series.length > MOST_SERIES) {
    throw new Error(
      `The chart has ${series.length} series; ${MOST_SERIES} can be told apart. Draw the most important ones.`,
    );
  }
  const checked = series.map(checkSeries);
  if (!checked.some(({ points }) => points.some(([, height]) => height !== null)))
    throw new Error("The chart has no points.");
  return { title, kind, x: checkAxis(x, "x"), y: checkAxis(y, "y"), series: checked };
}

function checkAxis(value: unknown, name: string): Axis {
  if (!isRecord(value) || typeof value["label"] !== "string" || value["label"].trim() === "") {
    throw new Error(`The ${name} axis needs a label: ${name}: { label, unit }.`);
  }
  return { label: value["label"], ...(typeof value["unit"] === "string" ? { unit: value["unit"] } : {}) };
}

function checkSeries(value: unknown, index: number): Series {
  if (!isRecord(value) || typeof value["name"] !== "string" || !Array.isArray(value["points"])) {
    throw new Error(`Series ${index + 1} of the chart needs a name and a list of points [x, y].`);
  }
  const { name, points } = value;
  return { name, points: points.map((point: unknown) => checkPoint(point, name)) };
}

function checkPoint(point: unknown, name: string): readonly [string | number, number | null] {
  const [x, y]: readonly unknown[] = Array.isArray(point) ? point : [];
  if ((typeof x !== "string" && typeof x !== "number") || (typeof y !== "number" && y !== null)) {
    throw new Error(`A point of the series "${name}" is no pair [x, y] of a text or number and a number.`);
  }
  return [x, y === null || !Number.isFinite(y) ? null : y];
}
