import { isTesseraeError } from "@tesserae/core";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assistant, component, replayModel, roundRobin } from "../testing/component-files.ts";
import { runCommandLine } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";
import { askApproval, type Approve } from "./ask-approval.ts";
import { decisionFromText } from "./decision-text.ts";

describe("what a person says to a tool call", () => {
  test.each([
    ["yes", { approved: true }],
    [" Y\n", { approved: true }],
    ["approve", { approved: true }],
    ["n", { approved: false }],
    ["no: too dear", { approved: false, reason: "too dear" }],
    ["Deny, it is late.", { approved: false, reason: "it is late." }],
    ['{"euros": 3}', { approved: true, arguments: { euros: 3 } }],
    ["yes, but less", undefined],
    ["perhaps", undefined],
    ["", undefined],
    ["{euros", undefined],
    ["[1]", undefined],
  ])("%j", (text, decision) => {
    expect(decisionFromText(text)).toEqual(decision);
  });
});

describe("asking in a terminal", () => {
  const request = {
    name: "pay",
    arguments: { euros: 5 },
    callId: "",
    agent: "buyer",
    path: "/team[0]/buyer[0]",
    requestId: "1",
    prompt: 'buyer wants to call pay with {"euros":5}.\u001b[2J',
  };

  function terminal(isTTY: boolean): {
    input: PassThrough & { isTTY: boolean };
    output: PassThrough;
    approve: Approve;
    waiting: string[];
  } {
    const input = Object.assign(new PassThrough(), { isTTY });
    const output = new PassThrough();
    const waiting: string[] = [];
    return { input, output, waiting, approve: askApproval({ input, output }, (question) => waiting.push(question)) };
  }

  /** What was written, and a promise of the moment at which a text stands in it. */
  function watch(output: PassThrough): { text: () => string; shows: (part: string, times: number) => Promise<void> } {
    let text = "";
    let looked: () => void = () => undefined;
    output.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      looked();
    });
    const shows = (part: string, times: number): Promise<void> =>
      new Promise((resolve) => {
        looked = () => {
          if (text.split(part).length > times) resolve();
        };
        looked();
      });
    return { text: () => text, shows };
  }

  test("asks again until the answer is one, one question after the other", async () => {
    const { input, output, approve } = terminal(true);
    const { text, shows } = watch(output);
    const first = approve(request, { signal: undefined });
    const second = approve({ ...request, requestId: "2" }, { signal: undefined });
    await shows("Approve?", 1);
    input.write("perhaps\n");
    await shows("Approve?", 2);
    expect(text()).not.toContain("\u001b[2J");
    expect(text().split("/team[0]/buyer[0]: buyer wants to call pay")).toHaveLength(2);
    input.write("no: too dear\n");
    expect(await first).toEqual({ approved: false, reason: "too dear" });
    await shows("Approve?", 3);
    input.write("yes\n");
    expect(await second).toEqual({ approved: true });
  });

  test.each([
    ["what comes through a pipe approves nothing", false],
    ["at the end of what is typed nobody is there", true],
  ])("%s", async (_, isTTY) => {
    const { input, output, approve, waiting } = terminal(isTTY);
    output.resume();
    if (!isTTY) input.write("yes\n");
    input.end();
    const error = await Promise.resolve(approve(request, { signal: undefined })).catch((reason: unknown) => reason);
    expect(isTesseraeError(error, "ERR_INPUT_WAITING")).toBe(true);
    expect(waiting).toEqual([expect.stringContaining("buyer wants to call pay")]);
  });

  test("ends when the run is aborted", async () => {
    const { output, approve } = terminal(true);
    const { shows } = watch(output);
    const controller = new AbortController();
    const asking = Promise.resolve(approve(request, { signal: controller.signal })).catch((reason: unknown) => reason);
    await shows("Approve?", 1);
    controller.abort();
    expect(isTesseraeError(await asking, "ERR_ABORTED")).toBe(true);
  });
});

describe("a run whose tool needs approval", () => {
  let folder: TemporaryFolder;
  let environment: Readonly<Record<string, string>>;
  beforeEach(() => {
    folder = new TemporaryFolder();
    environment = { TESSERAE_RUNS_DIR: folder.path };
  });
  afterEach(() => folder.remove());

  async function waitingRun(): Promise<readonly string[]> {
    const call = {
      finish_reason: "function_calls",
      content: [{ id: "1", name: "pay", arguments: '{"euros":50}' }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
      cached: false,
    };
    const buyer = assistant("buyer", replayModel(call), {
      tools: [component("tesserae.tools.FunctionTool", { name: "pay", description: "" })],
    });
    const team = folder.write("team.json", roundRobin([buyer], { max_turns: 1 }));
    const tools = folder.write(
      "tools.ts",
      `import { tool } from ${JSON.stringify(import.meta.resolve("@tesserae/core"))};
       export const pay = tool({ name: "pay", description: "Pays.", requiresApproval: (args: { euros: number }) => args.euros > 10,
         parameters: { type: "object", properties: { euros: { type: "number" } }, required: ["euros"] },
         execute: (args: { euros: number }) => "paid " + args.euros });`,
    );
    // What stands on standard input is the task's, not a person's.
    const ended = await runCommandLine(["run", team, "Buy.", "--tools", tools], { environment, input: "yes\n" });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/waits for a person's answer, and nobody is here to give it/);
    expect(ended.stderr).toContain('  /team[0]/buyer[0]: buyer wants to call pay with {"euros":50}.');
    expect(ended.stderr).toMatch(/npx tesserae answer \w{8} yes, then/);
    return ["--tools", tools];
  }

  test("shows what it waits with; an answer that decides nothing is refused", async () => {
    await waitingRun();
    const shown = await runCommandLine(["show", "last"], { environment });
    expect(shown.stdout).toMatch(/Waits for +\/team\[0\]\/buyer\[0\]: buyer wants to call pay with \{"euros":50\}/);
    expect(await runCommandLine(["answer", "last", "perhaps"], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"perhaps" decides nothing about the call\. Say yes, no, /),
    });
  });

  test.each([
    ['{"euros": 20}', "paid 20"],
    ["no: too dear", "was denied, and was not made. Reason: too dear"],
  ])("answered %j from elsewhere, goes on", async (text, expected) => {
    const tools = await waitingRun();
    const answered = await runCommandLine(["answer", "last", text], { environment });
    expect(answered).toMatchObject({ code: 0, stderr: expect.stringContaining("run --resume") });
    const resumed = await runCommandLine(["run", "--resume", "last", ...tools], { environment });
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(expected);
  });
});
