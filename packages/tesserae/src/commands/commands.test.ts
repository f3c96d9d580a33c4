import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isObject } from "@tesserae/core";
import { startTestServer } from "@tesserae/ext/testing";
import { assistant, openAIModel, replayModel, roundRobin, twoAgents } from "../testing/component-files.ts";
import { runCommandLine, type CommandEnd, type CommandOptions } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

const folder = new TemporaryFolder();
const file = folder.write("team.json", twoAgents());
afterAll(() => folder.remove());

function tesserae(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  const environment = { TESSERAE_RUNS_DIR: `${folder.path}/runs`, ...options.environment };
  return runCommandLine(args, { ...options, environment });
}

function jsonLines(text: string): readonly Record<string, unknown>[] {
  const values: unknown[] = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
  return values.filter(isObject);
}

const conversation = [
  "---------- user ----------\nWrite a slogan.\n",
  "---------- writer ----------\nFirst draft.\n",
  "---------- critic ----------\nShorter!\n",
  "---------- writer ----------\nSecond draft.\n",
  "---------- critic ----------\nGood.\n",
].join("\n");

describe("help", () => {
  test.each(["run", "validate", "demo", "runs", "show", "replay", "fork"])(
    "%s --help has an example",
    async (command) => {
      const ended = await tesserae([command, "--help"]);
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(new RegExp(`^Usage: tesserae ${command} `));
      expect(ended.stdout).toMatch(new RegExp(`Example:\\n  tesserae ${command}`));
    },
  );

  test("--help lists the commands, --version says the version", async () => {
    expect((await tesserae(["--help"])).stdout).toMatch(/run .*\n(.*\n)*.*validate/);
    expect(await tesserae(["--version"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
});

describe("run", () => {
  test("prints the conversation on standard output, without colours, and how it ended on standard error", async () => {
    const ended = await tesserae(["run", file, "Write a slogan."]);
    expect(ended).toMatchObject({ code: 0, stdout: conversation });
    expect(ended.stderr).toMatch(/^finished: Maximum number of turns 4 reached.* · 5 messages · /);
    expect(ended.stderr).toMatch(/Recorded as [0-9a-f-]{36}\. Look at it: npx tesserae show [0-9a-f]{8}/);
  });

  test("takes YAML, and the task from standard input", async () => {
    const yaml = [
      "provider: RoundRobinGroupChat",
      "config:",
      "  max_turns: 1",
      "  participants:",
      "    - provider: AssistantAgent",
      "      config:",
      "        name: writer",
      "        description: Writes.",
      "        reflect_on_tool_use: false",
      "        tool_call_summary_format: '{result}'",
      "        model_client:",
      "          provider: ReplayChatCompletionClient",
      "          config: { chat_completions: [Done.] }",
    ].join("\n");
    const ended = await tesserae(["run", folder.write("team.yaml", yaml)], { input: "Write a slogan.\n" });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("---------- writer ----------\nDone.") });
    expect(ended.stdout).toContain("---------- user ----------\nWrite a slogan.\n");
  });

  test("runs an agent alone", async () => {
    const agent = folder.write("agent.json", assistant("writer", replayModel("Alone.")));
    expect(await tesserae(["run", agent, "task"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Alone."),
    });
  });

  test("--json prints one event a line and the result last, with the run's id", async () => {
    const ended = await tesserae(["run", file, "Write a slogan.", "--json"]);
    expect(ended.code).toBe(0);
    const lines = jsonLines(ended.stdout);
    const types = lines.map(({ type }) => type).filter((type) => type !== "ModelClientStreamingChunkEvent");
    expect(types).toEqual(["TextMessage", "TextMessage", "TextMessage", "TextMessage", "TextMessage", "TaskResult"]);
    expect(lines.at(-1)).toMatchObject({
      status: "finished",
      stop_reason: expect.any(String),
      run: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("--max-turns stops earlier, --no-journal records nothing", async () => {
    const runs = `${folder.path}/unused`;
    const ended = await tesserae(["run", file, "task", "--max-turns", "1", "--no-journal", "--runs-dir", runs]);
    expect(ended).toMatchObject({ code: 0, stdout: expect.not.stringContaining("critic") });
    expect(ended.stderr).not.toContain("Recorded");
    expect(existsSync(runs)).toBe(false);
  });

  test("--max-cost refuses a call that could cost more, before anything is sent", async () => {
    const server = await startTestServer();
    const model = openAIModel(`${server.url}/v1`, { provider: "openai", max_completion_tokens: 1000 });
    const priced = folder.write("priced.json", roundRobin([assistant("writer", model)], { max_turns: 1 }));
    const ended = await tesserae(["run", priced, "task", "--max-cost", "0.0001"]);
    await server.close();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^tesserae run: A call of "gpt-5-mini" that may cost .* was refused/m);
    expect(server.requests).toEqual([]);
  });

  test("--tools gives the functions of function tools", async () => {
    const call = {
      finish_reason: "function_calls",
      content: [{ id: "1", name: "add", arguments: '{"a":2,"b":3}' }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
      cached: false,
    };
    const adder = assistant("adder", replayModel(call), {
      tools: [{ provider: "tesserae.tools.FunctionTool", config: { name: "add", description: "" } }],
    });
    const team = folder.write("adder.json", roundRobin([adder], { max_turns: 1 }));
    const tools = folder.write(
      "tools.ts",
      `import { tool } from ${JSON.stringify(import.meta.resolve("@tesserae/core"))};
       export const add = tool({ name: "add", description: "Adds.", repeat: "safe",
         parameters: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } },
         execute: (args: { a: number; b: number }) => args.a + args.b });`,
    );
    const ended = await tesserae(["run", team, "What is 2 + 3?", "--tools", tools]);
    expect(ended.stderr).toContain("finished");
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/→ add\(.*\)\n← 5\n/) });
    expect(await tesserae(["run", team, "task"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--tools MODULE"),
    });
    expect(await tesserae(["validate", team])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("exports add"),
    });
  });

  test("a model's text cannot move the cursor", async () => {
    const team = folder.write(
      "escape.json",
      roundRobin([assistant("writer", replayModel("\u001b[2Jgone"))], { max_turns: 1 }),
    );
    const ended = await tesserae(["run", team, "task", "--no-journal"]);
    expect(ended.stdout).toContain("\ufffd[2Jgone");
    expect(ended.stdout).not.toContain("\u001b");
  });
});

describe("recorded runs", () => {
  const environment = { TESSERAE_RUNS_DIR: `${folder.path}/recorded` };
  let runId: string;

  beforeAll(async () => {
    const ended = await tesserae(["run", file, "Write a slogan.", "--json"], { environment });
    runId = String(jsonLines(ended.stdout).at(-1)?.["run"]);
  });

  test("runs lists them, for people and as JSON", async () => {
    const list = await tesserae(["runs"], { environment });
    expect(list).toMatchObject({ code: 0, stderr: "" });
    expect(list.stdout).toMatch(/^RUN +STATUS +STARTED +TIME +TURNS +COST +TEAM +TASK\n/);
    expect(list.stdout).toMatch(new RegExp(`^${runId.slice(0, 8)} +finished .* 4 .*Write a slogan\\.$`, "m"));
    const [run] = jsonLines((await tesserae(["runs", "--json"], { environment })).stdout);
    expect(run).toMatchObject({ runId, status: "finished", turns: 4, task: "Write a slogan." });
    expect((await tesserae(["runs", "--status", "failed"], { environment })).stdout).toBe("");
  });

  test("show tells turns, calls and tokens of a run by the beginning of its id; --entries gives the journal", async () => {
    const shown = await tesserae(["show", runId.slice(0, 5)], { environment });
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toMatch(/^Status +finished$/m);
    expect(shown.stdout).toMatch(/^4 +critic +model reply +ok /m);
    expect(shown.stdout).toContain("4 model calls");
    expect(jsonLines((await tesserae(["show", "last", "--json"], { environment })).stdout)[0]).toMatchObject({
      status: "finished",
      turns: [1, 2, 3, 4],
    });
    const entries = jsonLines((await tesserae(["show", "last", "--entries"], { environment })).stdout);
    expect(entries[0]).toMatchObject({ e: "run", run: runId });
    expect(entries.at(-1)).toMatchObject({ e: "end", o: "finished" });
  });

  test("--state-every keeps states at turns, where a resume may start", async () => {
    const kept = { TESSERAE_RUNS_DIR: `${folder.path}/kept` };
    await tesserae(["run", file, "Write a slogan.", "--state-every", "2"], { environment: kept });
    const entries = jsonLines((await tesserae(["show", "last", "--entries"], { environment: kept })).stdout);
    const marks = entries.filter((entry) => entry["e"] === "mark");
    expect(marks.map((entry) => [entry["turn"], "state" in entry])).toEqual([
      [1, false],
      [2, true],
      [3, false],
      // The run ends with it.
      [4, false],
    ]);
  });

  test("replay is the same without a file or a key; with a changed file it fails at the first address that differs", async () => {
    expect(await tesserae(["replay", runId], { environment })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Same: 5 messages/),
    });
    const critic = assistant("critic", replayModel("Shorter!"), { system_message: "You are a friendly critic." });
    const changed = folder.write(
      "changed.json",
      roundRobin([assistant("writer", replayModel("First draft.")), critic], { max_turns: 4 }),
    );
    const differs = await tesserae(["replay", runId, changed], { environment });
    expect(differs.code).toBe(1);
    expect(differs.stderr).toContain("/critic[0]!model:reply[0]");
    expect(differs.stderr).toMatch(/^.*-.*You are the critic/m);
    expect(differs.stderr).toMatch(/^.*\+.*You are a friendly critic/m);
    const json = await tesserae(["replay", runId, changed, "--json"], { environment });
    expect(jsonLines(json.stdout)[0]).toMatchObject({ same: false, address: expect.stringContaining("critic[0]") });
  });

  test("resuming a finished run gives its result again", async () => {
    const resumed = await tesserae(["run", "--resume", runId], { environment });
    expect(resumed).toMatchObject({ code: 0, stdout: conversation });
  });

  test("fork goes on from a turn, with another file or another task", async () => {
    const critic = assistant("critic", replayModel("Never!", "Perfect."));
    const writer = assistant("writer", replayModel("Second draft, forked.", "Final draft."));
    const other = folder.write("other.json", roundRobin([writer, critic], { max_turns: 4 }));
    // Forks are runs as well: the other tests list what there was before.
    const forks = { TESSERAE_RUNS_DIR: `${folder.path}/forks` };
    cpSync(environment.TESSERAE_RUNS_DIR, forks.TESSERAE_RUNS_DIR, { recursive: true });
    const forked = await tesserae(["fork", runId, "--at", "2", "--file", other], { environment: forks });
    expect(forked).toMatchObject({ code: 0, stderr: expect.stringContaining("after turn 2") });
    expect(forked.stdout).toContain("Second draft, forked.");
    expect(forked.stdout).not.toContain("First draft.");
    expect((await tesserae(["replay", "last", other], { environment: forks })).code).toBe(0);

    const again = ["fork", runId, "--at", "2", "In French, please.", "--file", other];
    const asked = await tesserae(again, { environment: forks });
    expect(asked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("---------- user ----------\nIn French, please."),
    });
    const list = jsonLines((await tesserae(["runs", "--json"], { environment: forks })).stdout);
    expect(list).toHaveLength(3);
    expect(await tesserae(["fork", runId, "--at", "9"], { environment: forks })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("its finished turns are 1, 2, 3, 4"),
    });
  });

  test("a damaged journal is said to be one; fork --salvage takes its good part", async () => {
    const damaged = { TESSERAE_RUNS_DIR: `${folder.path}/damaged` };
    await tesserae(["run", file, "Write a slogan."], { environment: damaged });
    const [run = ""] = readdirSync(damaged.TESSERAE_RUNS_DIR).filter((name) => !name.startsWith("."));
    const journal = `${damaged.TESSERAE_RUNS_DIR}/${run}/journal.jsonl`;
    const lines = readFileSync(journal, "utf8").split("\n");
    const place = lines.findIndex((line) => line.includes('"e":"mark"') && line.includes('"turn":3'));
    writeFileSync(
      journal,
      lines.map((line, index) => (index === place ? line.replace("mark", "mork") : line)).join("\n"),
    );
    for (const command of [
      ["show", run],
      ["replay", run],
      ["run", "--resume", run],
      ["fork", run],
    ]) {
      const ended = await tesserae(command, { environment: damaged });
      expect(ended.code, command.join(" ")).toBe(1);
      expect(ended.stderr, command.join(" ")).toContain(`is damaged: line ${place + 1} `);
    }
    const other = folder.write(
      "rest.json",
      roundRobin([assistant("writer", replayModel()), assistant("critic", replayModel("Saved."))], { max_turns: 4 }),
    );
    const saved = await tesserae(["fork", run, "--salvage", "--file", other], { environment: damaged });
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringContaining("Saved.") });
  });
});
