import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HandoffMessage, TextMessage, messageText, type TaskResult } from "@tesserae/agentchat";
import { isImage } from "@tesserae/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { CHROMIUM, startSite } from "../../../../test/web-surfer/browser.ts";
import { asks, offered, says, scripted, shown, surfer } from "../../../../test/web-surfer/surfer.ts";

const LONG = "<p style='height:5000px'>long</p>";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "web-surfer-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function lastText({ messages }: TaskResult): string {
  const last = messages.at(-1);
  return last === undefined ? "" : messageText(last);
}

describe.skipIf(CHROMIUM === "")("a surfer (skipped where no Chromium is installed)", () => {
  test("answers in words, or does one thing and shows the page", async () => {
    const { url } = await startSite({ "/": "<title>Start</title><h1>Welcome</h1><button>Go</button>" });
    const modelClient = scripted([says("Hello"), asks(["sleep", {}])]);
    const agent = surfer({ modelClient, startPage: `${url}/` });

    const first = await agent.run("What is it?");
    expect(first.messages.map((message) => [message.type, messageText(message)])).toEqual([
      ["TextMessage", "What is it?"],
      ["TextMessage", "Hello"],
      ["TextMessage", "Hello"],
    ]);
    expect(first.messages.at(-1)).toMatchObject({ modelsUsage: { promptTokens: 10, completionTokens: 5 } });
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [{}, {}] }, url: `${url}/` });

    const second = await agent.run("Wait.");
    expect(messageText(second.messages[1] ?? { ...TextMessage({ content: "", source: "x" }) })).toBe(
      'sleep( {"reasoning":"next"} )',
    );
    const last = second.messages.at(-1);
    expect(last).toMatchObject({ type: "MultiModalMessage", modelsUsage: { promptTokens: 10, completionTokens: 5 } });
    expect(lastText(second)).toMatch(/^I am waiting a short period of time/);
    expect(lastText(second)).toContain(`The browser shows the page "Start" at the address "${url}/".`);
    expect(lastText(second)).toContain("| Welcome\n| Go");
    expect(last?.type === "MultiModalMessage" && last.content.some(isImage)).toBe(true);

    // The request stands last; the picture of the page is for a model that sees.
    const messages = modelClient.createCalls[1]?.messages ?? [];
    expect(messages.map(({ type }) => type)).toEqual(["UserMessage", "AssistantMessage", "UserMessage", "UserMessage"]);
    expect(messages.at(-1)).toMatchObject({ content: "Wait." });
    expect(shown(modelClient, 1)).toContain('{"id": 10, "name": "Go", "role": "button", "tools": ["click", "hover"]}');
    expect(shown(modelClient, 1)).toContain("<part>");
  });

  test("shows a model that cannot see no pictures", async () => {
    const modelClient = scripted([says("Blind.")], { vision: false });
    await surfer({ modelClient }).run("Look.");
    expect(shown(modelClient, 0)).not.toContain("<part>");
    expect(shown(modelClient, 0)).toContain("You cannot see the page");
  });

  test("offers to scroll where there is something to scroll to", async () => {
    const box = "<div tabindex=0 style='height:50px;overflow:auto'><p style='height:500px'>inner</p></div>";
    const { url } = await startSite({ "/": LONG, "/box": box });
    const modelClient = scripted([
      asks(["scroll_down", {}]),
      asks(["scroll_up", {}]),
      asks(["visit_url", { url: `${url}/box` }]),
      asks(["scroll_element_down", { target_id: 10 }]),
    ]);
    const agent = surfer({ modelClient, startPage: url });
    const scrolled = await agent.run("Down.");
    expect(lastText(scrolled)).toContain("16% down from the top of the page");
    expect(lastText(await agent.run("Up."))).toContain("at the top of the page");
    await agent.run("The box.");
    expect(lastText(await agent.run("Down in it."))).toContain("I scrolled");
    const names = [0, 1, 2, 3].map((call) => offered(modelClient, call).filter((name) => name.startsWith("scroll")));
    expect(names).toEqual([
      ["scroll_down"],
      ["scroll_up", "scroll_down"],
      ["scroll_down"],
      ["scroll_element_up", "scroll_element_down"],
    ]);
  });

  test("goes on in the window that a click opened, and back to the one before when it is closed", async () => {
    const { url } = await startSite({
      "/": "<title>First</title><a href=/second target=_blank>Open</a>",
      "/second": "<title>Second</title><button onclick='window.close()'>Close</button>",
    });
    const modelClient = scripted([asks(["click", { target_id: 10 }]), asks(["click", { target_id: 10 }]), says("ok")]);
    const agent = surfer({ modelClient, startPage: url, popupTimeoutMs: 10_000 });
    expect(lastText(await agent.run("Open."))).toContain('The browser shows the page "Second"');
    expect(lastText(await agent.run("Close."))).toContain('The browser shows the page "First"');
  });

  test("types, searches, goes back and hovers", async () => {
    const { url, asked } = await startSite({
      "/": "<form action=/found><input name=q title=Query></form>",
      "/found": "<title>Found</title>",
    });
    const modelClient = scripted([
      asks(["input_text", { input_field_id: 10, text_value: "tea & milk" }]),
      asks(["history_back", {}]),
      asks(["hover", { target_id: "10" }]),
      asks(["web_search", { query: "two words" }]),
      asks(["visit_url", { url: "two more words" }]),
    ]);
    const agent = surfer({ modelClient, startPage: `${url}/`, searchUrlTemplate: `${url}/found?s={q}` });
    const typed = lastText(await agent.run("Type."));
    expect(typed).toMatch(/^I typed "tea & milk" into "Query"\./);
    expect(typed).toContain('the page "Found"');
    expect(lastText(await agent.run("Back."))).toContain("I went back to the page before.");
    expect(lastText(await agent.run("Hover."))).toMatch(/^I held the mouse over "Query"\./);
    await agent.run("Search.");
    await agent.run("Search.");
    const searches = asked.filter((path) => path.startsWith("/found"));
    expect(searches).toEqual(["/found?q=tea+%26+milk", "/found?s=two+words", "/found?s=two+more+words"]);
  });

  test("answers from the whole page, again and again from its Markdown", async () => {
    const { url } = await startSite({ "/": `<title>UV</title><h2>Cities</h2>${LONG}<ul><li>Melbourne: 11</ul>` });
    const modelClient = scripted([
      asks(["answer_question", { question: "How high is it?" }]),
      says("11."),
      asks(["summarize_page", {}]),
      says("A list of cities."),
    ]);
    const agent = surfer({ modelClient, startPage: url });
    const answered = await agent.run("How high?");
    expect(answered.messages.at(-1)).toMatchObject({
      type: "TextMessage",
      content: "11.",
      modelsUsage: { promptTokens: 20, completionTokens: 10 },
    });
    expect(lastText(await agent.run("Summarize."))).toBe("A list of cities.");
    for (const call of [1, 3]) {
      expect(shown(modelClient, call)).toContain("| ## Cities");
      expect(shown(modelClient, call)).toContain("| - Melbourne: 11");
    }
    expect(shown(modelClient, 1)).toContain('"How high is it?"');
  });

  test("reads as much of a long page as the model takes; of an empty one it says so without asking", async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `<p>line${at} with several words in it</p>`).join("");
    const { url } = await startSite({ "/": lines, "/empty": "" });
    const modelClient = scripted([
      asks(["summarize_page", {}]),
      says("Long."),
      asks(["visit_url", { url: `${url}/empty` }]),
      asks(["summarize_page", {}]),
    ]);
    // Words are its tokens; it takes 2000.
    modelClient.remainingTokens = (messages = []) => 2000 - modelClient.countTokens(messages);
    const agent = surfer({ modelClient, startPage: url });
    await agent.run("Summarize.");
    const read = shown(modelClient, 1);
    expect(read).toContain("| line50 with");
    expect(read).not.toContain("| line400 with");
    await agent.run("Go.");
    expect(lastText(await agent.run("Summarize."))).toBe("There is nothing to read on this page.");
  });

  test("tells what a page says of itself for machines once, until it says something else", async () => {
    const page = (text: string): string => `<meta name=description content="${text}"><p>x`;
    const { url } = await startSite({ "/": page("one"), "/two": page("two") });
    const visit = (path: string): ReturnType<typeof asks> => asks(["visit_url", { url: `${url}${path}` }]);
    const modelClient = scripted([asks(["sleep", {}]), asks(["sleep", {}]), visit("/two")]);
    const agent = surfer({ modelClient, startPage: url });
    expect(lastText(await agent.run("Wait."))).toContain('"description": "one"');
    expect(lastText(await agent.run("Wait."))).not.toContain("description");
    expect(lastText(await agent.run("Go."))).toContain('"description": "two"');
  });

  test("keeps downloads in its folder, by a click and by an address, and only those that may be", async () => {
    const folder = temporaryFolder();
    const { url } = await startSite({
      "/": "<a href=/file download>Get</a>",
      "/file": (_request, response) => {
        response.writeHead(200, { "content-disposition": 'attachment; filename="../../data <1>.txt"' });
        response.end("the data");
      },
    });
    const answers = [asks(["click", { target_id: 10 }]), asks(["visit_url", { url: `${url}/file` }])];
    const agent = surfer({ modelClient: scripted(answers), startPage: url, downloadsFolder: folder });
    const clicked = lastText(await agent.run("Get it."));
    expect(clicked).toContain("was downloaded to");
    expect(clicked).toContain('The browser shows the page "Download finished"');
    expect(lastText(await agent.run("Again."))).toContain("was downloaded to");
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(2);
    for (const file of files) expect(readFileSync(join(folder, file), "utf8")).toBe("the data");

    const refused: string[] = [];
    const strict = surfer({
      modelClient: scripted(answers),
      startPage: url,
      downloadsFolder: folder,
      approveDownload: ({ url: from }) => {
        refused.push(from);
        return false;
      },
    });
    expect(lastText(await strict.run("Get it."))).toContain("was not approved");
    expect(refused).toEqual([`${url}/file`]);
    const without = surfer({ modelClient: scripted(answers), startPage: url });
    expect(lastText(await without.run("Get it."))).toContain("there is no folder for downloads");
    expect(readdirSync(folder).sort()).toEqual(files);
  });

  test("keeps its pictures where it is told to", async () => {
    const debugDir = join(temporaryFolder(), "new");
    const agent = surfer({ modelClient: scripted([asks(["sleep", {}])]), debugDir, toSaveScreenshots: true });
    await agent.run("Wait.");
    const kinds = new Set(readdirSync(debugDir).map((file) => file.replace(/\d+/, "N")));
    expect(kinds).toEqual(new Set(["screenshot_N.png", "screenshot_som_N.png"]));
  });

  test.each([
    ["a tool that is not there", asks(["fly", {}]), 'There is no tool "fly". Choose one of visit_url, web_search'],
    ["an element that is not there", asks(["click", { target_id: 99 }]), "There is no element with the id 99"],
    ["arguments that do not fit", asks(["visit_url", {}]), "The argument url must be a text that is not empty."],
    ["an address that is none", asks(["visit_url", { url: "http://[" }]), "is no address"],
    ["a server that is not there", asks(["visit_url", { url: "http://127.0.0.1:9/" }]), "net::ERR_"],
  ])("%s is an answer that says so, in a line", async (_what, answer, reason) => {
    const result = await surfer({ modelClient: scripted([answer]) }).run("Go.");
    expect(result.status).toBe("finished");
    expect(result.messages.at(-1)?.type).toBe("TextMessage");
    expect(lastText(result)).toMatch(/^Web surfing error: [^\n]+$/);
    expect(lastText(result)).toContain(reason);
  });

  test("that cannot open its start page says so to the model, which can go elsewhere", async () => {
    const modelClient = scripted([says("I see.")]);
    await surfer({ modelClient, startPage: "http://127.0.0.1:9/" }).run("Go.");
    expect(shown(modelClient, 0)).toContain('The page "http://127.0.0.1:9/" could not be opened');
  });

  test("makes one call of several, and says which it left out", async () => {
    const modelClient = scripted([asks(["sleep", {}], ["scroll_down", {}], ["hover", { target_id: 10 }])]);
    const text = lastText(await surfer({ modelClient }).run("Do it all."));
    expect(text).toContain("I left out: scroll_down, hover.");
  });

  test("a model that fails ends the run, and the conversation stays as it was", async () => {
    const agent = surfer({ modelClient: scripted([]) });
    const result = await agent.run("Go.").catch((error: unknown) => error);
    expect(String(result)).toContain("No more mock responses available");
    expect(await agent.saveState()).toMatchObject({ llm_context: { messages: [] } });
  });

  test("forgets the first of a conversation that is too long for the model", async () => {
    const modelClient = scripted([says("one"), says("two"), says("three")]);
    modelClient.remainingTokens = (messages = []) => (messages.length > 4 ? 0 : 5000);
    const agent = surfer({ modelClient });
    for (const task of ["first", "second", "third"]) await agent.run(task);
    const messages = modelClient.createCalls[2]?.messages ?? [];
    expect(messages).toHaveLength(4);
    expect(shown(modelClient, 2)).not.toContain("first");
    expect(shown(modelClient, 2)).toContain("third");
  });

  test("begins anew after a reset, and goes on where a state says", async () => {
    const { url } = await startSite({ "/": "<title>Start</title>", "/b": "<title>B</title>" });
    const modelClient = scripted([asks(["visit_url", { url: `${url}/b` }]), says("x"), says("y")]);
    const agent = surfer({ modelClient, startPage: `${url}/` });
    await agent.run("Go to B.");
    const state = await agent.saveState();
    await agent.onReset();
    await agent.run("Where?");
    expect(shown(modelClient, 1)).toContain('the page "Start"');
    expect(shown(modelClient, 1)).not.toContain("Go to B.");

    const other = surfer({ modelClient: scripted([says("z")]), startPage: `${url}/` });
    await other.loadState(JSON.parse(JSON.stringify(state)));
    expect(await other.saveState()).toEqual(state);
    const model = other.settings.modelClient as ReturnType<typeof scripted>;
    await other.run("Where?");
    expect(shown(model, 0)).toContain('the page "B"');
    expect(shown(model, 0)).toContain("Go to B.");
  });

  test("takes a handoff with the context that it brings", async () => {
    const modelClient = scripted([says("ok")]);
    const context = [{ type: "UserMessage", content: "carried", source: "a" } as const];
    await surfer({ modelClient }).run(HandoffMessage({ content: "yours", source: "a", target: "surfer", context }));
    expect(shown(modelClient, 0)).toContain("carried");
    expect(modelClient.createCalls[0]?.messages.at(-1)).toMatchObject({ content: "yours" });
  });
});
