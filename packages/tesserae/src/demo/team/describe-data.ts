import { join } from "node:path";
import { ValueError, tool, type FunctionTool } from "@tesserae/core";
import { readRows, type Row } from "../toolkit/rows.ts";

/** Most values of a column of texts that are listed. */
const MOST_VALUES = 12;

/** What is told of a column. */
type ColumnDescription = {
  readonly name: string;
  readonly type: "number" | "text" | "boolean" | "mixed" | "empty";
  readonly missing: number;
  readonly [key: string]: unknown;
};

/** The planner's tool: what a data file holds, without its rows. */
export function describeDataTool(folder: string, files: readonly string[]): FunctionTool {
  return tool({
    name: "describe_data",
    description: "Describes a data file: how many rows, and of each column the name, type, missing values and range.",
    parameters: {
      type: "object",
      properties: { file: { type: "string", description: "The name of the file, as in the task." } },
      required: ["file"],
    },
    repeat: "safe",
    execute: ({ file }) => describeData(folder, files, String(file)),
  }) as FunctionTool;
}

function describeData(folder: string, files: readonly string[], file: string): object {
  if (!files.includes(file))
    throw new ValueError(`There is no data file "${file}". The data files: ${files.join(", ")}.`);
  const rows = readRows(join(folder, file));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return { file, rows: rows.length, columns: names.map((name) => describeColumn(name, rows)) };
}

function describeColumn(name: string, rows: readonly Row[]): ColumnDescription {
  const values = rows.map((row) => row[name] ?? null).filter((value) => value !== null);
  const missing = rows.length - values.length;
  const numbers = values.filter((value) => typeof value === "number");
  if (values.length === 0) return { name, type: "empty", missing };
  if (numbers.length === values.length) return { name, type: "number", missing, ...numberRange(numbers) };
  if (values.every((value) => typeof value === "boolean")) return { name, type: "boolean", missing };
  const texts = [...new Set(values.map(String))].sort();
  const range =
    texts.length <= MOST_VALUES ? { values: texts } : { distinct: texts.length, first: texts[0], last: texts.at(-1) };
  return { name, type: numbers.length > 0 ? "mixed" : "text", missing, ...range };
}

function numberRange(numbers: readonly number[]): { readonly min: number; readonly max: number } {
  // A spread of a large list would pass the limit of a call's arguments.
  return numbers.reduce(({ min, max }, value) => ({ min: Math.min(min, value), max: Math.max(max, value) }), {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  });
}
