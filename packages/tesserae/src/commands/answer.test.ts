import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assistant, component, replayModel, roundRobin } from "../testing/component-files.ts";
import { runCommandLine } from "../testing/run-command.ts";
import { TemporaryFolder } from "../testing/temporary-folder.ts";

let folder: TemporaryFolder;
let environment: Readonly<Record<string, string>>;

beforeEach(() => {
  folder = new TemporaryFolder();
  environment = { TESSERAE_RUNS_DIR: folder.path };
});
afterEach(() => folder.remove());

const person = (name: string) => component("autogen_agentchat.agents.UserProxyAgent", { name });

function writeTeam(): string {
  const writer = assistant("writer", replayModel("Shall it be blue?"));
  return folder.write("team.json", roundRobin([writer, person("reader")], { max_turns: 2 }));
}

describe("a run that asks a person who is not there", () => {
  test("waits, and says how to go on; answered from another process, it goes on with the answer", async () => {
    const waiting = await runCommandLine(["run", writeTeam(), "A colour."], { environment });
    expect(waiting.code).toBe(1);
    expect(waiting.stdout).toContain("Shall it be blue?");
    expect(waiting.stderr).toMatch(/waits for a person's answer, and nobody is here to give it/);
    expect(waiting.stderr).toMatch(/in a terminal: npx tesserae run --resume \w{8}\n/);
    expect(waiting.stderr).toMatch(/npx tesserae answer \w{8} "text"/);
    const listed = await runCommandLine(["runs", "--status", "waiting"], { environment });
    expect(listed.stdout).toContain("A colour.");
    const shown = await runCommandLine(["show", "last"], { environment });
    expect(shown.stdout).toMatch(/Waits for +\/team\[0\]\/reader\[0\]: Enter your response:/);

    expect(await runCommandLine(["answer", "last"], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Enter your response:\nGive the answer after the run/),
    });
    expect(await runCommandLine(["answer", "last", "Yes", "--request", "nix"], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/begins with "nix".*--request ID/),
    });
    const answered = await runCommandLine(["answer", "last"], { environment, input: "Yes, blue.\n" });
    expect(answered).toMatchObject({ code: 0, stdout: "" });
    expect(answered.stderr).toMatch(/Go on with: npx tesserae run --resume \w{8}/);
    expect(await runCommandLine(["answer", "last", "No"], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("waits for no answer: it is interrupted. Go on with it"),
    });

    const resumed = await runCommandLine(["run", "--resume", "last", "--json"], { environment });
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      status: "finished",
      messages: [
        { content: "A colour." },
        { content: "Shall it be blue?" },
        {},
        { content: "Yes, blue.", source: "reader" },
      ],
    });
    expect((await runCommandLine(["replay", "last"], { environment })).code).toBe(0);
    expect(await runCommandLine(["answer", "last", "No"], { environment })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("waits for no answer: it is finished"),
    });
  });

  test("is asked again when it is resumed; its lines may come on standard input, one for each question", async () => {
    const team = folder.write("two.json", roundRobin([person("first"), person("second")], { max_turns: 3 }));
    await runCommandLine(["run", team, "Go"], { environment });
    const some = await runCommandLine(["run", "--resume", "last"], { environment, input: "one\ntwo\n" });
    expect(some.code).toBe(1);
    const rest = await runCommandLine(["run", "--resume", "last", "--json"], { environment, input: "three\n" });
    expect(rest.code).toBe(0);
    const said = JSON.parse(rest.stdout.trimEnd().split("\n").at(-1) ?? "").messages as readonly { content: string }[];
    expect(said.map(({ content }) => content)).toEqual(["Go", "", "one", "", "two", "", "three"]);
  });
});
