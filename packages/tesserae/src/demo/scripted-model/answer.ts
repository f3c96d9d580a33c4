import { isObject } from "@tesserae/core";
import type { ScriptedAnswer } from "@tesserae/tessen/serve";
import { checkTable, type Table } from "../toolkit/table.ts";
import { analysisProgram } from "./analysis-program.ts";
import { resultOf, textOf, type Conversation } from "./conversation.ts";

/**
 * The answer of the scripted model of the demo. It has no memory: the conversation alone decides, so that the same
 * request has the same answer, in whatever order, and after a restart too. `undefined` when the conversation is not
 * one of the demo's.
 */
export function scriptedAnswer(conversation: Conversation): ScriptedAnswer | undefined {
  if (conversation.tools.includes("describe_data")) return plannerAnswer(conversation);
  if (conversation.tools.includes("save_report")) return writerAnswer(conversation);
  // The analyst is asked whether another program could do better.
  if (conversation.structured)
    return { text: JSON.stringify({ reason: "A script knows one program only.", retry: false }) };
  return textOf(conversation.messages[0]).includes("toolkit.mjs") ? analystAnswer(conversation) : undefined;
}

function plannerAnswer(conversation: Conversation): ScriptedAnswer {
  const description = resultOf(conversation, "describe_data");
  if (description === undefined)
    return { toolCalls: [{ name: "describe_data", arguments: { file: fileOf(conversation) } }] };
  const { file, rows, columns } = readDescription(description);
  return {
    text: [
      `Plan for ${file} (${rows} rows; ${columns.map(({ name, missing }) => (missing > 0 ? `${name} with ${missing} missing` : name)).join(", ")}):`,
      "1. Leave out rows without energy or volume.",
      "2. For each station and month divide the energy by the volume, in kWh/m³. The volume alone says nothing: demand changes with the season and the day.",
      "3. Compare the first six months with the last six, and find the month since which a station stays more than 3 % above its beginning. A fault that was mended and a swing with the seasons do not count.",
      "4. For such a station price the energy of the last twelve months beyond the old rate.",
      "5. Table: one row a station; both rates, change in %, since when, cost a year. Chart: month on the x axis, kWh/m³ on the y axis, one line a station.",
    ].join("\n"),
  };
}

function analystAnswer(conversation: Conversation): ScriptedAnswer {
  const { messages } = conversation;
  const hasProgram = messages.some(
    (message) => message.role === "assistant" && textOf(message).includes("```javascript"),
  );
  if (!hasProgram) {
    const program = analysisProgram(fileOf(conversation), priceOf(conversation));
    return {
      text: `I compute the rates by month, then the table and the chart.\n\n\`\`\`javascript\n${program}\`\`\``,
    };
  }
  const output = textOf(messages.at(-1));
  const worse = resultRows(output).filter((row) => row[4] !== null);
  if (!output.includes("Wrote table.json")) return { text: "The program failed, so there is no result." };
  return {
    text: [
      worse.length === 0
        ? "No station needs more energy than at the beginning."
        : worse.map((row) => finding(row, priceOf(conversation).currency)).join(" "),
      "The other stations end where they began: a bump in one of them is over, and one swings with the seasons.",
    ].join(" "),
  };
}

function writerAnswer(conversation: Conversation): ScriptedAnswer {
  const result = resultOf(conversation, "read_table");
  if (result === undefined) return { toolCalls: [{ name: "read_table" }] };
  const table = readTableResult(result);
  if (table === undefined) return { text: `There is no table to answer from: ${result}` };
  const saved = resultOf(conversation, "save_report");
  const text = report(table, priceOf(conversation).currency);
  if (saved === undefined)
    return {
      toolCalls: [{ name: "save_report", arguments: { title: "Which pumping station loses efficiency?", text } }],
    };
  return { text };
}

function report({ rows }: Table, currency: string): string {
  const worse = rows.filter((row) => row[4] !== null);
  const others = rows.filter((row) => row[4] === null).map((row) => row[0]);
  const answer =
    worse.length === 0 ? "No station loses efficiency." : worse.map((row) => finding(row, currency)).join(" ");
  return (
    `${answer} ${others.join(", ")} use no more energy for a cubic metre than at the beginning. ` +
    "The readings show that more energy is used, not why: a worn pump, a valve or a changed pressure would look alike."
  );
}

function finding(row: readonly unknown[], currency: string): string {
  const [station, before, now, change, since, cost] = row;
  return (
    `${station} loses efficiency since ${since}: it takes ${now} kWh for a cubic metre instead of ${before}, ` +
    `${change} % more, which costs about ${Number(cost).toLocaleString("en-US")} ${currency} a year.`
  );
}

/** The first data file that the task names. */
function fileOf({ messages }: Conversation): string {
  const task = messages.map(textOf).find((text) => text.includes("Data files:")) ?? "";
  return /Data files: ([^,\n]+)/.exec(task)?.[1] ?? "pumping-stations.csv";
}

function priceOf({ messages }: Conversation): { readonly amount: string; readonly currency: string } {
  for (const message of messages) {
    const found = /(\d+(?:\.\d+)?) ([A-Z]{3}) per kWh/.exec(message.role === "user" ? textOf(message) : "");
    if (found !== null) return { amount: found[1] ?? "0.2", currency: found[2] ?? "EUR" };
  }
  return { amount: "0.2", currency: "EUR" };
}

interface Description {
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly missing: number }[];
}

function readDescription(text: string): Description {
  const value = parsed(text);
  const { file, rows, columns } = isObject(value) ? value : {};
  return {
    file: typeof file === "string" ? file : "the file",
    rows: Number(rows ?? 0),
    columns: Array.isArray(columns)
      ? columns.filter(isObject).map(({ name, missing }) => ({ name: String(name), missing: Number(missing ?? 0) }))
      : [],
  };
}

function readTableResult(text: string): Table | undefined {
  const value = parsed(text);
  try {
    return isObject(value) ? checkTable(value["table"]) : undefined;
  } catch {
    return undefined;
  }
}

/** The rows that the program printed, one JSON list a line. */
function resultRows(output: string): readonly (readonly unknown[])[] {
  return output.split("\n").flatMap((line) => {
    const value = line.startsWith("[") ? parsed(line) : undefined;
    return Array.isArray(value) ? [value] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
