import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "@tesserae/ext/testing";
import { assistant, openAIModel, roundRobin, twoAgents } from "../testing/component-files.ts";
import { runCommandLine } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

const folder = new TemporaryFolder();
let rubbish: TestServer;

beforeAll(async () => {
  rubbish = await startTestServer((request) => ({
    type: "body",
    headers: { "content-type": "text/html" },
    body: request.path.startsWith("/html") ? "<html>Welcome</html>" : '{"no": "completion"}',
  }));
});
afterAll(async () => {
  await rubbish.close();
  folder.remove();
});

const sound = folder.write("sound.json", twoAgents());
const asking = (name: string, baseUrl: string | undefined): string =>
  folder.write(name, roundRobin([assistant("writer", openAIModel(baseUrl))], { max_turns: 1 }));

interface BadInput {
  readonly name: string;
  readonly args: readonly string[] | (() => readonly string[]);
  readonly code: 1 | 2;
  /** The whole of standard error but the notes about the run. */
  readonly says: RegExp;
}

const TABLE: readonly BadInput[] = [
  { name: "no command", args: [], code: 2, says: /^Usage: tesserae/ },
  {
    name: "an unknown command",
    args: ["rum"],
    code: 2,
    says: /^tesserae: unknown command 'rum' \(Did you mean run\?\)\. See tesserae --help\.$/,
  },
  {
    name: "an unknown option",
    args: ["run", sound, "task", "--fast"],
    code: 2,
    says: /^tesserae run: unknown option '--fast'.* See tesserae run --help\.$/,
  },
  { name: "no file", args: ["run"], code: 2, says: /^tesserae run: Name a component file and a task/ },
  { name: "no task", args: ["run", sound], code: 2, says: /^tesserae run: There is no task\. Give it after the file/ },
  {
    name: "a file that is not there",
    args: ["run", "nowhere.json", "task"],
    code: 2,
    says: /^tesserae run: Cannot read nowhere\.json: there is no such file\.$/,
  },
  { name: "a folder", args: ["run", folder.path, "task"], code: 2, says: /it is a folder/ },
  {
    name: "an empty file",
    args: ["validate", folder.write("empty.json", " \n")],
    code: 2,
    says: /^tesserae validate: .*empty\.json is empty\. A component file holds/,
  },
  {
    name: "no JSON",
    args: ["run", folder.write("bad.json", '{\n  "provider": x\n}'), "task"],
    code: 2,
    says: /bad\.json is not JSON, line 2, column 15: /,
  },
  {
    name: "half of a JSON",
    args: ["run", folder.write("half.json", '{"provider": "x"'), "task"],
    code: 2,
    says: /half\.json is not JSON, line 1, column 17: /,
  },
  {
    name: "no YAML",
    args: ["run", folder.write("bad.yaml", "provider: [x\nconfig: 1\n"), "task"],
    code: 2,
    says: /bad\.yaml is not YAML, line \d+, column \d+: /,
  },
  {
    name: "a JSON nested too deeply",
    args: ["validate", folder.write("deep.json", "[".repeat(200_000) + "]".repeat(200_000))],
    code: 2,
    says: /^tesserae validate: .*deep\.json is nested too deeply: it may have 1000 levels/,
  },
  {
    name: "a YAML nested too deeply",
    args: ["validate", folder.write("deep.yaml", "[".repeat(5000) + "]".repeat(5000))],
    code: 2,
    says: /^tesserae validate: .*deep\.yaml is nested too deeply: /,
  },
  {
    name: "no text",
    args: ["run", folder.write("image.json", Uint8Array.of(0xff, 0xd8, 0xff)), "task"],
    code: 2,
    says: /image\.json is not text in UTF-8/,
  },
  {
    name: "a number as file",
    args: ["run", folder.write("number.json", "7"), "task"],
    code: 2,
    says: /^tesserae run: .*number\.json: \(root\): expected a component/,
  },
  {
    name: "a model as file",
    args: ["run", folder.write("model.json", openAIModel("http://x")), "task"],
    code: 2,
    says: /\/provider: expected a component of type team or agent/,
  },
  {
    name: "an unknown provider",
    args: ["run", folder.write("unknown.json", { provider: "my.Team", config: {} }), "task"],
    code: 2,
    says: /unknown\.json: \/provider: unknown provider 'my\.Team'/,
  },
  {
    name: "a wrong field",
    args: ["run", folder.write("wrong.json", twoAgents({ max_turns: "3" })), "task"],
    code: 2,
    says: /wrong\.json: \/config\/max_turns: expected an integer/,
  },
  {
    name: "a missing field",
    args: [
      "run",
      folder.write("missing.json", { provider: "autogen_agentchat.teams.RoundRobinGroupChat", config: {} }),
      "task",
    ],
    code: 2,
    says: /missing\.json: \/config: the key "participants"/,
  },
  {
    name: "a model of no provider",
    args: ["run", sound, "task", "--model", "nobody/model"],
    code: 2,
    says: /^tesserae run: --model nobody\/model: /,
  },
  {
    name: "a named model without a key",
    args: ["run", sound, "task", "--model", "openai/gpt-5-mini"],
    code: 2,
    says: /^tesserae run: --model openai\/gpt-5-mini: .*OPENAI_API_KEY/s,
  },
  {
    name: "a model client without a key",
    args: ["run", asking("keyless.json", undefined), "task"],
    code: 1,
    says: /^tesserae run: .*OPENAI_API_KEY/m,
  },
  {
    name: "a refused connection",
    args: ["run", asking("refused.json", "http://127.0.0.1:9/v1"), "task"],
    code: 1,
    says: /^tesserae run: .*127\.0\.0\.1:9/m,
  },
  {
    name: "a model that answers HTML",
    args: () => ["run", asking("html.json", `${rubbish.url}/html/v1`), "task"],
    code: 1,
    says: /^tesserae run: .+/m,
  },
  {
    name: "a model that answers other JSON",
    args: () => ["run", asking("json.json", `${rubbish.url}/json/v1`), "task"],
    code: 1,
    says: /^tesserae run: .+/m,
  },
  {
    name: "no turns",
    args: ["run", sound, "task", "--max-turns", "0"],
    code: 2,
    says: /^tesserae run: --max-turns takes a whole number of at least 1, not "0"\.$/,
  },
  {
    name: "a cost that is none",
    args: ["run", sound, "task", "--max-cost", "much"],
    code: 2,
    says: /^tesserae run: --max-cost takes dollars/,
  },
  { name: "a time that is none", args: ["run", sound, "task", "--timeout", "-1"], code: 2, says: /--timeout/ },
  {
    name: "turns for an agent",
    args: ["run", folder.write("agent.json", assistant("writer", openAIModel("http://x"))), "task", "--max-turns", "1"],
    code: 2,
    says: /--max-turns limits the turns of a team/,
  },
  {
    name: "a gateway at no address",
    args: ["run", sound, "task", "--gateway", "ftp://x"],
    code: 2,
    says: /^tesserae run: --gateway ftp:\/\/x: that is no address of a gateway/,
  },
  {
    name: "a gateway at half an address",
    args: ["run", "--gateway", "localhost:8484", sound, "task"],
    code: 2,
    says: /^tesserae run: --gateway localhost:8484: that is no address of a gateway, such as http:/,
  },
  {
    name: "a file that is not there after --gateway",
    args: ["run", "--gateway", "missing.json", "task"],
    code: 2,
    says: /^tesserae run: .*missing\.json/,
  },
  {
    name: "tools that are not there",
    args: ["run", sound, "task", "--tools", "nowhere.js"],
    code: 2,
    says: /--tools: there is no module nowhere\.js/,
  },
  {
    name: "tools without a tool",
    args: ["run", sound, "task", "--tools", folder.write("none.mjs", "export const x = 1;")],
    code: 2,
    says: /none\.mjs exports no tool/,
  },
  {
    name: "a resume without a recording",
    args: ["run", "--resume", "last"],
    code: 2,
    says: /^tesserae run: No run is recorded here yet/,
  },
  {
    name: "a resume that is not recorded",
    args: ["run", "--resume", "last", "--no-journal"],
    code: 2,
    says: /leave out --no-journal/,
  },
  {
    name: "a force without a resume",
    args: ["run", sound, "task", "--force"],
    code: 2,
    says: /--force goes with --resume/,
  },
  {
    name: "states of no turns",
    args: ["run", sound, "task", "--state-every", "0"],
    code: 2,
    says: /--state-every takes a whole number of at least 1, not "0"/,
  },
  {
    name: "states that are not recorded",
    args: ["run", sound, "task", "--state-every", "2", "--no-journal"],
    code: 2,
    says: /--state-every keeps states in the recording/,
  },
  {
    name: "an answer to no run",
    args: ["answer", "last", "yes"],
    code: 2,
    says: /^tesserae answer: No run is recorded here yet/,
  },
  { name: "an unknown run", args: ["show", "abc"], code: 2, says: /^tesserae show: No run is recorded here yet/ },
  {
    name: "a status that is none",
    args: ["runs", "--status", "happy"],
    code: 2,
    says: /--status takes one of running, finished/,
  },
  {
    name: "a folder of runs that is a file",
    args: ["runs", "--runs-dir", sound],
    code: 2,
    says: /^tesserae runs: .* which --runs-dir names, is no folder/,
  },
  {
    name: "a run to be recorded in a file",
    args: ["run", sound, "task", "--runs-dir", sound],
    code: 2,
    says: /^tesserae run: .* which --runs-dir names, is no folder/,
  },
  {
    name: "a place for the demo's result that cannot be written to, before anything is performed",
    args: ["demo", "--out", join(sound, "out")],
    code: 2,
    says: /^tesserae demo: --out .*: nothing can be written to .*(ENOTDIR|EEXIST)/,
  },
  {
    name: "a place for the demo's result that takes no folders",
    args: ["demo", "--out", process.platform === "linux" ? "/proc/tesserae-nowhere" : join(sound, "out")],
    code: 2,
    says: /^tesserae demo: --out .*: nothing can be written to .*(ENOENT|ENOTDIR|EEXIST)/,
  },
  {
    name: "a folder without data",
    args: ["demo", "--dir", new TemporaryFolder().path],
    code: 2,
    says: /^tesserae demo: --dir: .* holds no CSV or JSON file/,
  },
  {
    name: "a folder of data without a model",
    args: ["demo", "--dir", folder.path],
    code: 2,
    says: /^tesserae demo: --dir needs a real model: .*OPENAI_API_KEY/,
  },
];

describe("bad input gives one clear line and the documented exit code", () => {
  test.each(TABLE)("$name", async ({ args, code, says }) => {
    const runs = new TemporaryFolder();
    const list = typeof args === "function" ? args() : args;
    const ended = await runCommandLine(list, { environment: { TESSERAE_RUNS_DIR: runs.path } });
    runs.remove();
    expect(ended.stderr.trimEnd()).toMatch(says);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toMatch(/^ {4}at /m);
    expect(ended.stderr).not.toContain("TypeError");
  });

  test("--verbose adds the stack", async () => {
    const ended = await runCommandLine(["run", "nowhere.json", "task", "--verbose"]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^ {4}at /m);
  });
});
