import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RuntimeError, tool, type FunctionTool } from "@tesserae/core";
import { markdownTable } from "./markdown-table.ts";
import { oneLine, withoutHtml } from "./markdown-text.ts";
import { hasChart, readTable } from "./read-outputs.ts";
import { OUTPUTS } from "./workspace.ts";

/** The writer's tool that reads what the analyst found. */
export function readTableTool(folder: string): FunctionTool {
  return tool({
    name: "read_table",
    description: "Reads the table that the analyst's program wrote, and says whether there is a chart.",
    parameters: { type: "object", properties: {}, required: [] },
    repeat: "safe",
    execute: () => ({ table: readTable(folder), chart: hasChart(folder) ? OUTPUTS.chart : null }),
  }) as FunctionTool;
}

/** The writer's tool that saves the report. */
export function saveReportTool(folder: string): FunctionTool {
  return tool({
    name: "save_report",
    description: "Saves the report: title, text, and under them the table and the chart.",
    parameters: {
      type: "object",
      properties: {
        title: { type: "string", description: "One line." },
        text: { type: "string", description: "The answer, in plain text." },
      },
      required: ["title", "text"],
    },
    // The same report written twice is the same report.
    repeat: "safe",
    execute: ({ title, text }) => saveReport(folder, String(title), String(text)),
  }) as FunctionTool;
}

function saveReport(folder: string, title: string, text: string): string {
  const table = readTable(folder);
  if (!hasChart(folder)) throw new RuntimeError("The analyst's program drew no chart (chart.svg is missing).");
  const heading = oneLine(withoutHtml(table.title));
  const description = heading.replaceAll(/[\\[\]]/g, "\\$&");
  const report = `# ${oneLine(withoutHtml(title))}\n\n${withoutHtml(text.trim())}\n\n## ${heading}\n\n${markdownTable(table)}\n![${description}](${OUTPUTS.chart})\n`;
  writeFileSync(join(folder, OUTPUTS.report), report, { mode: 0o600 });
  return `Saved ${OUTPUTS.report}.`;
}
