import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HandoffMessage, messageText, type TaskResult } from "@tesserae/agentchat";
import { MemoryJournalStore, dumpComponent, recordTo, replayFrom } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { asks, says, scripted, shown } from "../../../test/web-surfer/surfer.ts";
import { defaultRegistry } from "../../components/index.ts";
import { FileSurfer } from "./index.ts";

function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "file-surfer-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, ".."), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

function lastText({ messages }: TaskResult): string {
  const last = messages.at(-1);
  return last === undefined ? "" : messageText(last);
}

/** What a surfer answers to each of these lists of calls, one turn each. */
async function answers(
  basePath: string,
  ...turns: readonly (readonly (readonly [string, object])[])[]
): Promise<readonly string[]> {
  const agent = new FileSurfer({
    name: "reader",
    modelClient: scripted(turns.map((calls) => asks(...calls))),
    basePath,
  });
  const texts: string[] = [];
  for (const _turn of turns) texts.push(lastText(await agent.run("Read.")));
  return texts;
}

const open = (path: string): readonly [string, object] => ["open_path", { path }];
const find = (search_string: string): readonly [string, object] => ["find_on_page_ctrl_f", { search_string }];

describe("a file surfer", () => {
  test("shows a page of HTML as Markdown, with its title and its tables", async () => {
    const html =
      "<html><head><title>FileSurfer test file</title><style>p {}</style></head><body><h1>FileSurfer test H1</h1><script>no()</script><p>Text <a href='https://x.example/'>link</a>.</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table></body></html>";
    const base = folder({ "test.html": html });
    const [text] = await answers(base, [open("test.html")]);
    expect(text).toBe(
      [
        `Path: ${join(base, "test.html")}`,
        "Title: FileSurfer test file",
        "Viewport position: Showing page 1 of 1.",
        "=======================",
        "# FileSurfer test H1\n\nText [link](https://x.example/).\n\n| a | b |\n| --- | --- |\n| 1 | 2\\|3 |",
      ].join("\n"),
    );
  });

  test("lists a folder, with the one above it first", async () => {
    const base = folder({ "notes.txt": "x".repeat(2048), "sub/inner.md": "" });
    const [text = "", inner = ""] = await answers(base, [open(".")], [open("sub"), open("inner.md")]);
    expect(text).toContain(`# Index of ${base}`);
    expect(text).toMatch(
      /\| \.\. \(parent directory\) \| - \| \d{4}-\d\d-\d\d \d\d:\d\d \|\n\| notes\.txt \| 2\.0 KB \| [^|]+ \|\n\| sub\/ \| - \|/,
    );
    expect(inner).toContain(`Path: ${join(base, "sub", "inner.md")}`);
  });

  test("turns pages, and stops at both ends", async () => {
    const words = Array.from({ length: 2000 }, (_, at) => `word${String(at).padStart(4, "0")}`).join(" ");
    const base = folder({ "long.md": words });
    const texts = await answers(
      base,
      [open("long.md")],
      [["page_up", {}]],
      [["page_down", {}]],
      [
        ["page_down", {}],
        ["page_down", {}],
        ["page_down", {}],
      ],
    );
    const positions = texts.map((text) => /Showing page (\d+ of \d+)/.exec(text)?.[1]);
    expect(positions).toEqual(["1 of 4", "1 of 4", "2 of 4", "4 of 4"]);
    expect(texts[0]).toContain("word0000");
    expect(texts[2]).not.toContain("word0000");
  });

  test("finds whole words in any case, with stars, goes on to the next and around the end, and says what is not there", async () => {
    const filler = "filler ".repeat(800);
    const base = folder({ "f.txt": `Alpha one\n${filler}\nalpha, TWO\n${filler}\nthe alphabet\n`, "g.txt": "other" });
    const texts = await answers(
      base,
      [open("f.txt"), find("ALPHA")],
      [["find_next", {}]],
      [find("alpha")],
      [find("alphab*")],
      [find("alph")],
      [open("g.txt"), ["find_next", {}]],
      [find("***")],
    );
    const positions = texts.map((text) => /Showing page (\d+) of/.exec(text)?.[1]);
    expect(positions.slice(0, 4)).toEqual(["1", "2", "1", "3"]);
    expect(texts[4]).toContain('"alph" is not in this file.');
    expect(texts[5]).toContain("Nothing was searched for in this file yet.");
    expect(texts[6]).toContain("is not in this file.");
  });

  test("reads nothing outside of its base, and does not say whether it is there", async () => {
    const outside = folder({ "secret.txt": "secret" });
    const base = folder({ "in.txt": "inside" });
    symlinkSync(join(outside, "secret.txt"), join(base, "link.txt"));
    symlinkSync(outside, join(base, "linked"));
    const paths = [
      join(outside, "secret.txt"),
      "../",
      "link.txt",
      "linked/secret.txt",
      "~",
      "none.txt",
      "a\0b",
      `${base}x`,
    ];
    const texts = await answers(base, ...paths.map((path) => [open(path)]));
    for (const text of texts) {
      expect(text).toContain("Title: FileNotFoundError");
      expect(text).not.toContain("secret\n");
    }
    const [inside] = await answers(base, [open(join(base, "in.txt"))]);
    expect(inside).toContain("inside");
  });

  test("shows tables of CSV, text of two encodings, and says what it cannot show", async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("zwölf", "utf16le")]);
    const base = folder({
      "t.csv": 'city,uv\r\n"Melbourne, VIC",9\n"say ""hi""","a|b\nc"\n',
      "u.txt": utf16,
      "b.bin": new Uint8Array([1, 0, 255]),
      "d.pdf": new Uint8Array([0x25, 0x50, 0x44, 0x46, 0xff, 0xfe, 0x00]),
      "big.txt": "x".repeat(50),
    });
    const [csv, text, binary, pdf] = await answers(
      base,
      [open("t.csv")],
      [open("u.txt")],
      [open("b.bin")],
      [open("d.pdf")],
    );
    expect(csv).toContain('| city | uv |\n| --- | --- |\n| Melbourne, VIC | 9 |\n| say "hi" | a\\|b c |');
    expect(text).toContain("zwölf");
    for (const page of [binary, pdf]) expect(page).toContain("Title: UnsupportedFormatException");
    const small = new FileSurfer({
      name: "r",
      modelClient: scripted([asks(open("big.txt"))]),
      basePath: base,
      maxFileBytes: 10,
    });
    expect(lastText(await small.run("Read."))).toContain("Title: FileConversionException");
  });

  test("answers in words, takes a handoff, and tells its model what is open", async () => {
    const base = folder({ "a.txt": "A" });
    const modelClient = scripted([asks(open("a.txt")), says("It is A.")]);
    const agent = new FileSurfer({ name: "reader", modelClient, basePath: base });
    await agent.run("Open a.");
    const handoff = HandoffMessage({ content: "And?", source: "lead", target: "reader" });
    expect(lastText(await agent.run(handoff))).toBe("It is A.");
    expect(shown(modelClient, 0)).toContain(`The viewer shows ${JSON.stringify(base)} with the title`);
    expect(shown(modelClient, 1)).toContain(`The viewer shows ${JSON.stringify(join(base, "a.txt"))}.`);
    expect(modelClient.createCalls[1]?.messages.at(-1)).toMatchObject({ content: "And?" });
  });

  test.each([
    ["fly", {}, 'There is no tool "fly"'],
    ["open_path", {}, "The argument path must be a text"],
    ["find_on_page_ctrl_f", { search_string: 7 }, "The argument search_string must be a text"],
  ])("a call of %s with %o is an answer that says what is wrong", async (name, args, reason) => {
    const [text] = await answers(folder({}), [[name, args]]);
    expect(text).toContain("File surfing error: ");
    expect(text).toContain(reason);
  });

  test("a call whose arguments are no JSON is such an answer too", async () => {
    const call = asks(["open_path", {}]);
    const broken = { ...call, content: [{ id: "1", name: "open_path", arguments: "{" }] };
    const agent = new FileSurfer({ name: "reader", modelClient: scripted([broken]), basePath: folder({}) });
    expect(lastText(await agent.run("Go."))).toBe("File surfing error: the arguments of open_path are no JSON object.");
  });

  test("is recorded and replayed without the files, and goes on from a saved state", async () => {
    const base = folder({ "a.txt": `${"word ".repeat(1500)}end` });
    const turns = [asks(open("a.txt")), asks(["page_down", {}])];
    const store = new MemoryJournalStore();
    const journal = recordTo(store);
    const agent = new FileSurfer({ name: "reader", modelClient: scripted(turns), basePath: base });
    const recorded = await agent.run("Open.", { journal });
    const state = await agent.saveState();
    const next = new FileSurfer({ name: "reader", modelClient: scripted([asks(["page_down", {}])]), basePath: base });
    await next.loadState(JSON.parse(JSON.stringify(state)));
    expect(await next.saveState()).toEqual(state);
    expect(lastText(await next.run("Next."))).toContain("Showing page 2 of 2.");

    rmSync(join(base, "a.txt"));
    const again = new FileSurfer({ name: "reader", modelClient: scripted(turns), basePath: base });
    const replayed = await again.run(undefined, { journal: replayFrom(store, journal.runId ?? "") });
    expect(replayed.messages).toEqual(recorded.messages);
  });

  test("is written with its base, and read again; of Python too", async () => {
    const agent = new FileSurfer({ name: "reader", modelClient: scripted([]), basePath: "/data", maxFileBytes: 5 });
    const dump = dumpComponent(agent);
    expect(dump).toMatchObject({
      provider: "autogen_ext.agents.file_surfer.FileSurfer",
      component_type: "agent",
      config: { name: "reader", base_path: "/data", max_file_bytes: 5 },
    });
    expect(dumpComponent(await defaultRegistry().load(dump))).toEqual(dump);
    const { base_path: _base, max_file_bytes: _most, ...python } = dump.config;
    const loaded = await defaultRegistry().load<FileSurfer>({ ...dump, config: python });
    expect(loaded.settings.basePath).toBe(process.cwd());
  });

  test("refuses a model that calls no tools, and sizes that are none", () => {
    const modelClient = scripted([], { functionCalling: false });
    expect(() => new FileSurfer({ name: "r", modelClient })).toThrow("does not support function calling");
    expect(() => new FileSurfer({ name: "r", modelClient: scripted([]), maxFileBytes: 0 })).toThrow("maxFileBytes");
    expect(() => Reflect.construct(FileSurfer, [])).toThrow("at least { name, modelClient }");
  });
});
