import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TemporaryFolder } from "../../testing/temporary-folder.ts";
import { markdownTable } from "./markdown-table.ts";
import { oneLine } from "./markdown-text.ts";
import { saveReportTool } from "./writer-tools.ts";

const folder = new TemporaryFolder();
afterAll(() => folder.remove());

const table = {
  title: "Cost]\n# by <b>station</b>",
  columns: [{ name: "<script>alert(1)</script>" }, { name: "kWh\nall" }],
  rows: [["a|b\\|c <img src=x onerror=alert(1)> &lt;", 1]],
};

test("a report holds no HTML, and its titles and cells are one line each", async () => {
  writeFileSync(join(folder.path, "table.json"), JSON.stringify(table));
  writeFileSync(join(folder.path, "chart.svg"), "<svg/>");
  const args = {
    title: " One\n\n<script>two</script> ",
    text: "First & <img src=x onerror=alert(1)>\n\nsecond > third",
  };
  await saveReportTool(folder.path).run(args);
  const lines = readFileSync(join(folder.path, "report.md"), "utf8").split("\n");
  expect(lines.join("\n")).not.toContain("<");
  expect(lines[0]).toBe("# One &lt;script>two&lt;/script>");
  expect(lines.slice(2, 5)).toEqual(["First &amp; &lt;img src=x onerror=alert(1)>", "", "second > third"]);
  expect(lines[6]).toBe("## Cost] # by &lt;b>station&lt;/b>");
  expect(lines[8]).toMatch(/^\| &lt;script>alert\(1\)&lt;\/script> +\| kWh all \|$/);
  expect(lines[10]).toMatch(/^\| a\\\|b\\\\\\\|c &lt;img src=x onerror=alert\(1\)> &amp;lt; \| +1 \|$/);
  expect(lines[12]).toBe("![Cost\\] # by &lt;b>station&lt;/b>](chart.svg)");
});

test("a terminal shows the cells as they are", () => {
  expect(markdownTable(table, oneLine)).toContain("a|b\\|c <img src=x onerror=alert(1)> &lt;");
});
