import { dumpComponent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { scripted } from "../../../../test/web-surfer/surfer.ts";
import { defaultRegistry } from "../../../components/index.ts";
import { MultimodalWebSurfer } from "../index.ts";
import type { MultimodalWebSurferOptions } from "./options.ts";

function made(options: Partial<MultimodalWebSurferOptions> = {}): MultimodalWebSurfer {
  return new MultimodalWebSurfer({ name: "surfer", modelClient: scripted([]), ...options });
}

describe("the options of a surfer", () => {
  test.each<[Partial<MultimodalWebSurferOptions>, string]>([
    [{ modelClient: scripted([], { functionCalling: false }) }, "does not support function calling"],
    [{ toSaveScreenshots: true }, "toSaveScreenshots needs a debugDir"],
    [{ actionDelayMs: -1 }, "actionDelayMs must be a number of milliseconds"],
    [{ searchUrlTemplate: "https://s.example/" }, "searchUrlTemplate must hold {q}"],
    [{ allowedHosts: ["https://a.example"] }, "without a scheme and a path"],
    [{ name: "not a name" }, "must be a valid Python identifier"],
    [
      {
        context: {
          newPage: () => Promise.reject(new Error()),
          pages: () => [],
          newCDPSession: () => Promise.reject(new Error()),
          close: () => Promise.resolve(),
        },
        allowedHosts: [],
      },
      "cannot be held in a context that is given",
    ],
  ])("%# that cannot be used are refused", (options, reason) => {
    expect(() => made(options)).toThrow(reason);
  });

  test("that are missing, or name a tool that is not there, are refused", () => {
    expect(() => Reflect.construct(MultimodalWebSurfer, [])).toThrow("at least { name, modelClient }");
    expect(() => Reflect.construct(MultimodalWebSurfer, [{ name: "a", modelClient: {} }])).toThrow("function calling");
    const options = { name: "a", modelClient: scripted([]), requiresApproval: ["fly"] };
    expect(() => Reflect.construct(MultimodalWebSurfer, [options])).toThrow("names the tool 'fly'");
  });
});

describe("a surfer as JSON", () => {
  test("is AutoGen's, with its keys and nothing else", () => {
    const { modelClient, ...settings } = made().settings;
    expect(modelClient.model).toBe("replay");
    expect(settings.startPage).toBe("https://www.bing.com/");
    const dump = dumpComponent(made());
    expect(dump).toMatchObject({
      provider: "autogen_ext.agents.web_surfer.MultimodalWebSurfer",
      component_type: "agent",
      version: 1,
      component_version: 1,
      label: "MultimodalWebSurfer",
    });
    expect(Object.keys(dump.config).sort()).toEqual([
      "animate_actions",
      "description",
      "headless",
      "model_client",
      "name",
      "start_page",
      "to_resize_viewport",
      "to_save_screenshots",
      "use_ocr",
    ]);
  });

  test("is written and read with everything that it was told", async () => {
    const agent = made({
      downloadsFolder: "down",
      debugDir: "debug",
      headless: false,
      startPage: "about:blank",
      animateActions: true,
      toSaveScreenshots: true,
      useOcr: true,
      browserChannel: "chrome",
      browserDataDir: "data",
      toResizeViewport: false,
      executablePath: "/chromium",
      searchUrlTemplate: "https://s.example/?q={q}",
      allowedHosts: ["s.example"],
      blockPrivateNetworks: false,
      userAgent: "me",
      actionDelayMs: 5,
      sandbox: false,
      allowFileUrls: true,
      requiresApproval: ["click"],
    });
    const dump = dumpComponent(agent);
    const loaded = await defaultRegistry().load<MultimodalWebSurfer>(dump, { expected: "agent" });
    expect(dumpComponent(loaded)).toEqual(dump);
    expect(loaded.settings).toMatchObject({ sandbox: false, allowedHosts: ["s.example"], requiresApproval: ["click"] });
  });

  test("of Python is read, with values that are null", async () => {
    const dump = dumpComponent(made());
    const config = { ...dump.config, downloads_folder: null, debug_dir: null, browser_channel: null, start_page: null };
    const loaded = await defaultRegistry().load<MultimodalWebSurfer>({ ...dump, config });
    expect(loaded.settings.startPage).toBe("https://www.bing.com/");
  });

  test("has no functions", () => {
    for (const options of [{ toolPolicy: () => undefined }, { approveDownload: () => true }]) {
      expect(() => dumpComponent(made(options))).toThrow("a function cannot be written to JSON");
    }
  });
});
