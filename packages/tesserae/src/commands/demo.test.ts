import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pumpingStationsCsv } from "../demo/data/pumping-stations.ts";
import { startScriptedModel } from "../demo/scripted-model/server.ts";
import { runCommandLine, type CommandEnd } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

const runs = new TemporaryFolder();
const environment = { TESSERAE_RUNS_DIR: runs.path };
let ended: CommandEnd;

beforeAll(async () => {
  ended = await runCommandLine(["demo", "--out", join(runs.path, "out")], { environment });
});
afterAll(() => runs.remove());

function tesserae(...args: readonly string[]): Promise<CommandEnd> {
  return runCommandLine(args, { environment });
}

describe("tesserae demo, without a key", () => {
  test("ends well, and says that the model is scripted and what its cost means", () => {
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("scripted answers over HTTP (no key is set and no Ollama is running)");
    expect(ended.stderr).toContain("synthetic");
    expect(ended.stdout).toMatch(
      /^Cost +\$0\.\d+, at the list price of gpt-5-mini; the scripted model itself costs nothing$/m,
    );
    expect(ended.stdout).toMatch(/^Tokens +[\d,]+ in, [\d,]+ out$/m);
  });

  test("shows three agents at work, with real tools and code that was really run", () => {
    for (const agent of ["user", "planner", "analyst", "writer"])
      expect(ended.stdout).toContain(`---------- ${agent} ----------`);
    expect(ended.stdout).toContain('→ describe_data({"file":"pumping-stations.csv"})');
    expect(ended.stdout).toContain("→ ran the program (exit code 0)\n3645 readings used, 2024-01 to 2025-12");
    expect(ended.stdout).toContain("← Saved report.md.");
  });

  test("answers with a table, a chart and a report, at the paths that it names", () => {
    expect(ended.stdout).toMatch(/^\| Mill +\| +0\.41 \| +0\.489 \| +19\.4 \| 2024-11 +\| +27091 \|$/m);
    for (const [label, name] of [
      ["Chart", "chart.svg"],
      ["Report", "report.md"],
    ] as const) {
      const path = new RegExp(`^${label} +(.*)$`, "m").exec(ended.stdout)?.[1] ?? "";
      expect(path).toBe(join(runs.path, "out", name));
      expect(existsSync(path)).toBe(true);
    }
    const report = readFileSync(join(runs.path, "out", "report.md"), "utf8");
    expect(report).toMatch(/^# Which pumping station loses efficiency\?\n\nMill loses efficiency since 2024-11/);
    expect(report).toContain("](chart.svg)");
    const recording = /^Recording +(.*)$/m.exec(ended.stdout)?.[1] ?? "";
    expect(existsSync(recording)).toBe(true);
  });

  test("keeps its files with the recording, and leaves nothing else", () => {
    const run = dirname(/^Recording +(.*)$/m.exec(ended.stdout)?.[1] ?? "");
    expect(readdirSync(run).sort()).toEqual(["files", "journal.jsonl"]);
    expect(readdirSync(join(run, "files")).sort()).toEqual(
      ["chart.svg", "pumping-stations.csv", "report.md", "table.json", "toolkit", "toolkit.mjs"].sort(),
    );
  });

  test("the three commands that it names work", async () => {
    const commands = Array.from(
      ended.stdout.matchAll(/^ {2}npx tesserae (\S+) (\S+)(?: --at (\d))?/gm),
      ([, name = "", id = "", turn]) => [name, id, ...(turn === undefined ? [] : ["--at", turn])],
    );
    expect(commands.map(([name]) => name)).toEqual(["show", "replay", "fork"]);
    for (const command of commands) expect(await tesserae(...command), command.join(" ")).toMatchObject({ code: 0 });
    expect(await tesserae("replay", "last")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Same: /) });
  });

  test("--json prints events and the result, and nothing for people", async () => {
    const { code, stdout } = await tesserae("demo", "--json");
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ type: "TaskResult", status: "finished", stop_reason: "'writer' answered" });
  });
});

describe("tesserae demo --dir, with a key", () => {
  test("works on the user's own file with the model of the key, and leaves the file alone", async () => {
    const own = new TemporaryFolder();
    const csv = own.write("my-pumps.csv", pumpingStationsCsv());
    own.write("notes.txt", "not a data file");
    const asked: string[] = [];
    const upstream = await startScriptedModel({ onRequest: (body) => void asked.push(body) });
    const keys = { ...environment, OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: upstream.baseUrl };
    const question = "Which station loses efficiency at 0.30 USD per kWh?";
    const result = await runCommandLine(["demo", "--dir", own.path, question], { environment: keys });
    await upstream.close();
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("openai/gpt-5-mini (OPENAI_API_KEY is set)");
    expect(result.stderr).toContain(`my-pumps.csv of ${own.path}`);
    expect(result.stdout).toMatch(/^\| Mill .* 36942 \|$/m);
    expect(result.stdout).toMatch(/^Cost +\$0\.\d+$/m);
    // Neither the folder nor the key is told to the model, and the key is in no journal.
    expect(asked.join("")).not.toContain(own.path);
    expect((await tesserae("show", "last", "--entries")).stdout).not.toContain("sk-test");
    expect(readFileSync(csv, "utf8")).toBe(pumpingStationsCsv());
    expect(readdirSync(own.path).sort()).toEqual(["my-pumps.csv", "notes.txt"]);
    // Without the key and without the file, it can still be replayed.
    own.remove();
    expect(await tesserae("replay", "last")).toMatchObject({ code: 0 });
  });
});

describe("the analyst's program", () => {
  test("cannot read or write outside of the run's own folder, nor start a program", async () => {
    const { demoTeam } = await import("../demo/team/demo-team.ts");
    const { prepareWorkspace } = await import("../demo/team/workspace.ts");
    const { scriptedModelClient } = await import("../demo/scripted-model/scripted-client.ts");
    const { CodeExecutorAgent } = await import("@tesserae/agentchat");
    const secret = runs.write("secret.txt", "secret");
    mkdirSync(join(runs.path, "real"));
    symlinkSync(join(runs.path, "real"), join(runs.path, "link"));
    const folder = join(runs.path, "link", 'a "folder"');
    prepareWorkspace(folder, []);
    const { team, close } = demoTeam({ modelClient: scriptedModelClient(undefined), folder, files: [] });
    const analyst = team.participants.find((agent) => agent instanceof CodeExecutorAgent);
    const code = (text: string): Promise<{ exitCode: number; output: string }> => {
      if (!(analyst instanceof CodeExecutorAgent)) throw new Error("The team has no analyst.");
      return analyst.settings.codeExecutor.executeCodeBlocks([{ language: "javascript", code: text }]);
    };
    expect(
      await code(
        'import "./toolkit.mjs"; import { writeFileSync } from "node:fs"; writeFileSync("mine.txt", "x"); console.log("fine");',
      ),
    ).toMatchObject({ exitCode: 0, output: "fine\n" });
    expect(
      (await code(`import { readFileSync } from "node:fs"; readFileSync(${JSON.stringify(secret)});`)).output,
    ).toContain("ERR_ACCESS_DENIED");
    expect(
      (await code(`import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(secret)}, "");`)).output,
    ).toContain("ERR_ACCESS_DENIED");
    expect((await code('import { execSync } from "node:child_process"; execSync("id");')).output).toContain(
      "ERR_ACCESS_DENIED",
    );
    await close();
  });
});
