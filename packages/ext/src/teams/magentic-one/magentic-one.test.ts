import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MagenticOneGroupChat, messageText } from "@tesserae/agentchat";
import { dumpComponent } from "@tesserae/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { asks, says, scripted } from "../../../test/web-surfer/surfer.ts";
import { LocalCommandLineCodeExecutor } from "../../code-executors/local/index.ts";
import { defaultRegistry } from "../../components/index.ts";
import { MagenticOne, type MagenticOneOptions } from "./index.ts";

/** The codes of the warnings that are emitted from here on. */
function warned(): readonly string[] {
  const codes: string[] = [];
  const spy = vi.spyOn(process, "emitWarning").mockImplementation((_text, options) => {
    if (typeof options === "object") codes.push(options.code ?? "");
  });
  onTestFinished(() => spy.mockRestore());
  return codes;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "magentic-one-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function team(options: Partial<MagenticOneOptions> = {}): MagenticOne {
  const made = new MagenticOne({ client: scripted([]), codeExecutor: new LocalCommandLineCodeExecutor(), ...options });
  onTestFinished(() => made.close());
  return made;
}

const entry = (answer: boolean | string, reason = ""): object => ({ reason, answer });
const ledger = (speaker: string, say: string, done = false): string =>
  JSON.stringify({
    is_request_satisfied: entry(done, "All is known."),
    is_in_loop: entry(false),
    is_progress_being_made: entry(true),
    next_speaker: entry(speaker),
    instruction_or_question: entry(say),
  });

/** A run in which each of the members does something but the one with the browser. */
function working(options: Partial<MagenticOneOptions>): MagenticOne {
  const baseDir = folder();
  writeFileSync(join(baseDir, "numbers.txt"), "6 and 7");
  return team({
    baseDir,
    clients: {
      orchestrator: scripted([
        "facts",
        "plan",
        ledger("FileSurfer", "Read numbers.txt."),
        ledger("Coder", "Multiply them."),
        ledger("ComputerTerminal", "Run it."),
        ledger("User", "", true),
        "It is 42.",
      ]),
      fileSurfer: scripted([asks(["open_path", { path: "numbers.txt" }])]),
      coder: scripted([says("```sh\necho $((6 * 7))\n```")]),
    },
    codeExecutor: new LocalCommandLineCodeExecutor({ workDir: folder() }),
    ...options,
  });
}

describe("Magentic-One", () => {
  test("has its members in their order, and a person where one is wanted", () => {
    warned();
    expect(team().participants.map(({ name }) => name)).toEqual([
      "FileSurfer",
      "WebSurfer",
      "Coder",
      "ComputerTerminal",
    ]);
    expect(
      team({ hilMode: true })
        .participants.map(({ name }) => name)
        .at(-1),
    ).toBe("User");
  });

  test("reads, writes code, runs it when it may, and answers", async () => {
    warned();
    const asked: string[] = [];
    const approvalFunc = ({
      code,
    }: {
      readonly code: string;
    }): { readonly approved: boolean; readonly reason: string } => {
      asked.push(code);
      return { approved: true, reason: "" };
    };
    const { messages, stopReason } = await working({ approvalFunc }).run("Multiply the numbers.");
    const texts = messages.map((message) => `${message.source}: ${messageText(message)}`);
    expect(texts.find((text) => text.startsWith("FileSurfer: "))).toContain("6 and 7");
    expect(texts.find((text) => text.startsWith("ComputerTerminal: "))).toContain("42");
    expect(texts.at(-1)).toBe("MagenticOneOrchestrator: It is 42.");
    expect(stopReason).toBe("All is known.");
    expect(asked.join("\n")).toContain("echo");
  });

  test("does not run what is not approved, and says why", async () => {
    warned();
    const approvalFunc = (): { readonly approved: boolean; readonly reason: string } => ({
      approved: false,
      reason: "not today",
    });
    const { messages } = await working({ approvalFunc }).run("Multiply the numbers.");
    const text = messages
      .filter(({ source }) => source === "ComputerTerminal")
      .map(messageText)
      .join("\n");
    expect(text).toContain("not today");
    expect(text).not.toContain("42");
  });

  test("warns of an executor that nobody chose, of models without JSON and of those that it was not made for", () => {
    const codes = warned();
    const modelInfo = {
      vision: false,
      functionCalling: true,
      jsonOutput: false,
      structuredOutput: false,
      family: "unknown",
    };
    const client = Object.assign(scripted([]), { modelInfo });
    team({ client, codeExecutor: undefined });
    for (const code of ["TESSERAE_DEFAULT_EXECUTOR", "TESSERAE_MODEL_WITHOUT_JSON", "TESSERAE_UNTESTED_MODEL"]) {
      expect(codes).toContain(code);
    }
    const before = codes.length;
    const known = Object.assign(scripted([]), { modelInfo: { ...modelInfo, jsonOutput: true, family: "gpt-4o" } });
    team({ client: known, approvalFunc: () => ({ approved: true, reason: "" }) });
    expect(codes.slice(before).filter((code) => /EXECUTOR|MODEL/.test(code))).toEqual([]);
  });

  test("is written as a group chat with its members; not with a function that approves", async () => {
    warned();
    const dump = dumpComponent(team({ maxTurns: 7 }));
    expect(dump).toMatchObject({
      provider: "autogen_agentchat.teams.MagenticOneGroupChat",
      config: { max_turns: 7, participants: [{}, {}, {}, {}] },
    });
    const loaded = await defaultRegistry().load<MagenticOneGroupChat>(dump);
    onTestFinished(() => loaded.close());
    expect(loaded).toBeInstanceOf(MagenticOneGroupChat);
    expect(dumpComponent(loaded)).toEqual(dump);
    const approvalFunc = (): { readonly approved: boolean; readonly reason: string } => ({
      approved: true,
      reason: "",
    });
    expect(() => dumpComponent(team({ approvalFunc }))).toThrow("a function cannot be written to JSON");
  });

  test("needs a client that calls tools", () => {
    warned();
    expect(() => Reflect.construct(MagenticOne, [])).toThrow("at least { client }");
    expect(() => team({ client: scripted([], { functionCalling: false }) })).toThrow(
      "does not support function calling",
    );
  });
});

test("the executor that nobody chose is found when code is run, and stopped with the team", async () => {
  warned();
  vi.stubEnv("DOCKER_HOST", "unix:///no/such/socket");
  onTestFinished(() => void vi.unstubAllEnvs());
  const one = working({ codeExecutor: undefined, approvalFunc: () => ({ approved: true, reason: "" }) });
  const { messages } = await one.run("Multiply the numbers.");
  expect(
    messages
      .filter(({ source }) => source === "ComputerTerminal")
      .map(messageText)
      .join("\n"),
  ).toContain("42");
  await one.close();
});
