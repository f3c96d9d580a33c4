import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CHROMIUM, startChromium, startSite } from "../../../test/web-surfer/browser.ts";
import { PlaywrightController } from "./playwright-controller.ts";

test("a controller gives pages 1440 by 900 pixels, and no size that is none", () => {
  expect(new PlaywrightController()).toMatchObject({
    viewportWidth: 1440,
    viewportHeight: 900,
    toResizeViewport: true,
  });
  expect(() => new PlaywrightController({ viewportWidth: 0 })).toThrow("viewportWidth must be a number above 0");
});

describe.skipIf(CHROMIUM === "")("a page in Chromium (skipped where none is installed)", () => {
  let browser: Browser;
  const controller = new PlaywrightController({ popupTimeoutMs: 3000, elementTimeoutMs: 20_000 });
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  async function opened(html: string, by: PlaywrightController = controller): Promise<Page> {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await by.onNewPage(page);
    await by.visitPage(page, `data:text/html;charset=utf-8,${encodeURIComponent(html)}`);
    return page;
  }

  /** The id of the element with this name. */
  async function idOf(page: Page, name: string): Promise<number> {
    const regions = await controller.getInteractiveRects(page);
    return regions.find((region) => region.name === name)?.id ?? -1;
  }

  test("has the size of the controller, or keeps its own", async () => {
    expect(await controller.getVisualViewport(await opened("<p>x"))).toMatchObject({
      width: 1440,
      height: 900,
      pageTop: 0,
    });
    const own = new PlaywrightController({ toResizeViewport: false });
    expect(await own.getVisualViewport(await opened("<p>x", own))).toMatchObject({ width: 1280, height: 720 });
  });

  test("what is clicked has the focus", async () => {
    const page = await opened("<button id=click-me>Click Me</button>");
    const id = await idOf(page, "Click Me");
    expect(await controller.clickId(page, id)).toBeUndefined();
    expect(await page.evaluate("document.activeElement.id")).toBe("click-me");
    expect(await controller.getFocusedRectId(page)).toBe(id);
  });

  test("a field is filled, and Enter is pressed unless it is not wanted", async () => {
    const page = await opened(
      "<input type=text title=Field onkeydown='if (event.key === `Enter`) document.title += this.value'>",
    );
    const [field] = await controller.getInteractiveRects(page);
    expect(field).toMatchObject({ tagName: "input, type=text", role: "textbox", name: "Field" });
    await controller.fillId(page, field?.id ?? 0, "test input", { pressEnter: false });
    expect(await page.locator("input").inputValue()).toBe("test input");
    expect(await page.title()).toBe("");
    await controller.fillId(page, field?.id ?? 0, "again");
    expect(await page.title()).toBe("again");
  });

  test.each([
    [
      "a text of several lines",
      "<textarea title=t></textarea>",
      "one\ntwo",
      "document.querySelector('textarea').value",
      "one\ntwo",
    ],
    [
      "what is edited in place",
      "<div contenteditable title=t>old</div>",
      "new",
      "document.querySelector('div').innerText",
      "new",
    ],
    [
      "a list, by its words",
      "<select title=t><option value=1>One<option value=2>Two</select>",
      "Two",
      "document.querySelector('select').value",
      "2",
    ],
    [
      "a list, by its values",
      "<select title=t><option value=1>One<option value=2>Two</select>",
      "2",
      "document.querySelector('select').value",
      "2",
    ],
    [
      "what takes keys alone",
      "<div tabindex=0 title=t onkeypress='this.dataset.keys = (this.dataset.keys ?? ``) + event.key'>keys</div>",
      "ab",
      "document.querySelector('div').dataset.keys",
      "ab",
    ],
  ])("%s can be filled in", async (_what, html, text, expression, value) => {
    const page = await opened(html);
    await new PlaywrightController({ elementTimeoutMs: 20_000 }).fillId(page, await idOf(page, "t"), text, {
      pressEnter: false,
    });
    expect(await page.evaluate(expression)).toBe(value);
  });

  test("a link to a window of its own opens it, and gives it", async () => {
    const { url } = await startSite({
      "/": "<a href=/other target=_blank>Other</a>",
      "/other": "<title>The other</title>",
    });
    const page = await opened("");
    // A busy machine takes its time for a window.
    const patient = new PlaywrightController({ popupTimeoutMs: 40_000, elementTimeoutMs: 20_000 });
    await patient.visitPage(page, url);
    const [link] = await patient.getInteractiveRects(page);
    const other = await patient.clickId(page, link?.id ?? -1);
    expect(other?.url()).toBe(`${url}/other`);
    await other?.waitForLoadState("load", { timeout: 20_000 });
    expect(await other?.title()).toBe("The other");
  });

  test("one goes back to the page before", async () => {
    const { url } = await startSite({ "/a": "<title>A</title>", "/b": "<title>B</title>" });
    const page = await opened("");
    await controller.visitPage(page, `${url}/a`);
    await controller.visitPage(page, `${url}/b`);
    await controller.back(page);
    expect(await page.title()).toBe("A");
  });

  test("a menu that opens under the mouse is seen after a hover", async () => {
    const page = await opened(
      "<style>div ul {display: none} div:hover ul {display: block}</style><div tabindex=0 title=Menu>Menu<ul><li><a href=#x>Entry</a></ul></div>",
    );
    expect(await idOf(page, "Entry")).toBe(-1);
    await controller.hoverId(page, await idOf(page, "Menu"));
    expect(await idOf(page, "Entry")).toBeGreaterThan(9);
  });

  test("is scrolled by its height but for 50 pixels; an element by its own", async () => {
    const page = await opened(
      "<div title=box tabindex=0 style='height:100px;overflow:auto'><p style='height:1000px'>long</p></div><p style='height:5000px'>",
    );
    await controller.pageDown(page);
    expect(await controller.getVisualViewport(page)).toMatchObject({ pageTop: 850 });
    await controller.pageUp(page);
    expect(await controller.getVisualViewport(page)).toMatchObject({ pageTop: 0 });
    const [box] = await controller.getInteractiveRects(page);
    expect(box).toMatchObject({ name: "box", isScrollable: true });
    await controller.scrollId(page, box?.id ?? 0, "down");
    expect(await page.evaluate("document.querySelector('div').scrollTop")).toBe(100);
    await controller.scrollId(page, box?.id ?? 0, "up");
    expect(await page.evaluate("document.querySelector('div').scrollTop")).toBe(0);
  });

  test("an element that is not there is an error that names it", async () => {
    const page = await opened("<p>x");
    await expect(new PlaywrightController({ elementTimeoutMs: 100 }).clickId(page, 77)).rejects.toThrow(
      "There is no element with the id 77 on the page.",
    );
  });

  describe("what can be used", () => {
    test("is found by tag, role and cursor, numbered from 10 in the order of the document, and keeps its number", async () => {
      const page = await opened(
        "<a href=#1>Link</a><span role=button>Role</span><p>plain</p><div style='cursor:pointer'>Card <b>bold</b></div><button>Last</button>",
      );
      const before = await controller.getInteractiveRects(page);
      expect(before.map(({ id, name, role }) => [id, name, role])).toEqual([
        [10, "Link", "link"],
        [11, "Role", "button"],
        [12, "Card bold", ""],
        [13, "Last", "button"],
      ]);
      await page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<button>First</button>')");
      const after = await controller.getInteractiveRects(page);
      expect(after.map(({ id, name }) => [id, name])).toEqual([
        [14, "First"],
        [10, "Link"],
        [11, "Role"],
        [12, "Card bold"],
        [13, "Last"],
      ]);
    });

    test("is named by its labels, its title, its text, or the hint in it", async () => {
      const page = await opened(
        [
          "<b id=a>One</b><b id=b>Two</b><input aria-labelledby='a b' title=No>",
          "<input aria-label=Said title=No>",
          "<label for=i>For it</label><input id=i title=No>",
          "<label>Around <input title=No></label>",
          "<input type=image alt=Picture title=No>",
          "<button title=Titled>No</button>",
          "<button>Text</button>",
          "<input type=submit value=Send>",
          "<input placeholder=Hint>",
        ].join("<br>"),
      );
      const names = (await controller.getInteractiveRects(page)).map(({ name }) => name);
      expect(names).toEqual(["One Two", "Said", "For it", "Around", "Picture", "Titled", "Text", "Send", "Hint"]);
    });

    test("has the role that it says, or that of its tag", async () => {
      const page = await opened(
        [
          "<a href=#>x</a>",
          "<input type=button>",
          "<input type=checkbox>",
          "<input type=radio>",
          "<input type=range>",
          "<input type=number>",
          "<input type=email>",
          "<input>",
          "<input type=search>",
          "<textarea></textarea>",
          "<select><option>x</select>",
          "<p role=tab>x</p>",
          "<button role=switch>x</button>",
        ].join("<br>"),
      );
      const roles = (await controller.getInteractiveRects(page)).map(({ role }) => role);
      expect(roles.join(" ")).toBe(
        "link button checkbox radio slider spinbutton textbox textbox searchbox textbox combobox tab switch",
      );
    });

    test("is not what something else covers", async () => {
      const page = await opened(
        "<button>Under</button><div style='position:absolute;inset:0;background:white'>Over</div><button style='position:absolute;top:3000px'>Far</button>",
      );
      const names = (await controller.getInteractiveRects(page)).map(({ name }) => name);
      expect(names).toEqual(["Far"]);
    });

    test("is also in frames and shadow roots, with numbers of its own, and can be clicked there", async () => {
      const frame = "<button onclick='parent.document.title += `frame`'>In frame</button>";
      const page = await opened(
        `<button>Outside</button><div id=host></div><iframe srcdoc="${frame}"></iframe><script>document.getElementById("host").attachShadow({mode: "open"}).innerHTML = "<button onclick='document.title += \`shadow\`'>In shadow</button>"</script>`,
      );
      const regions = await controller.getInteractiveRects(page);
      expect(regions.map(({ id, name }) => [id, name])).toEqual([
        [10, "Outside"],
        [11, "In shadow"],
        [12, "In frame"],
      ]);
      const inFrame = regions[2]?.rects[0];
      const box = await page.frameLocator("iframe").locator("button").boundingBox();
      expect(Math.abs((inFrame?.left ?? 0) - (box?.x ?? 99))).toBeLessThan(4);
      expect(Math.abs((inFrame?.top ?? 0) - (box?.y ?? 99))).toBeLessThan(4);
      await controller.clickId(page, 11);
      await controller.clickId(page, 12);
      expect(await page.title()).toBe("shadowframe");
    });

    test("has numbers that a page cannot give away itself", async () => {
      const page = await opened(
        "<button __elementId=10>A</button><button __elementId=10>B</button><button __elementId=99999999>C</button><button __elementId='x'>D</button>",
      );
      const ids = (await controller.getInteractiveRects(page)).map(({ id }) => id);
      expect(ids).toEqual([10, 11, 12, 13]);
    });
  });

  test("says what it is for machines, each part only where it is there", async () => {
    expect(await controller.getPageMetadata(await opened("<p>x"))).toEqual({});
    const page = await opened(
      `<meta name=description content="About it"><meta property="og:title" content="T"><script type="application/ld+json">{"@type": "Recipe"}</script><script type="application/ld+json">{broken</script>
       <div itemscope itemtype="https://schema.org/Movie"><span itemprop=name>Avatar</span><span itemprop=name>Again</span><div itemprop=director itemscope itemtype=P><i itemprop=name>James</i></div><a itemprop=url href="https://x.example/">l</a></div>`,
    );
    expect(await controller.getPageMetadata(page)).toEqual({
      jsonld: [{ "@type": "Recipe" }, "{broken"],
      microdata: [
        {
          itemType: "https://schema.org/Movie",
          name: ["Avatar", "Again"],
          director: { itemType: "P", name: "James" },
          url: "https://x.example/",
        },
      ],
      meta_tags: { description: "About it", "og:title": "T" },
    });
  });

  test("shows the text in view, a line for each block; what nobody can see is no text", async () => {
    const page = await opened(
      `<h1>Head</h1><p>one <b>two</b></p><p style="display:none">none</p><p style="visibility:hidden">hidden</p><p style="opacity:0">clear</p>
       <script>"script"</script><iframe srcdoc="<p>framed</p>"></iframe><p style="margin-top:3000px">below`,
    );
    expect(await controller.getVisibleText(page)).toBe("Head\none two\nframed");
  });

  test("is read whole, as Markdown", async () => {
    const page = await opened(
      `<title>T</title><h2>Head</h2><p>Some <b>text</b>.</p><ul><li>one<ul><li>sub</li></ul></li><li>two</li></ul><ol><li>first</ol>
       <table><tr><th>City<th>UV</tr><tr><td>Melbourne<td>11</tr></table><pre>a
  b</pre><blockquote>said</blockquote><a href="https://x.example/y">link</a><img alt=Pic src=x><p style="margin-top:3000px">below</p><p hidden>hidden</p>`,
    );
    expect(await controller.getPageMarkdown(page)).toBe(
      [
        "## Head",
        "Some text.",
        "- one\n  - sub\n- two",
        "1. first",
        "| City | UV |\n| --- | --- |\n| Melbourne | 11 |",
        "```\na\n  b\n```",
        "> said",
        "[link](https://x.example/y)![Pic]",
        "below",
      ].join("\n\n"),
    );
  });

  test("that is busy for ever holds nobody who is told to stop, and the browser goes on", async () => {
    const page = await opened("<p>x");
    void page.evaluate("for (;;);").catch(() => undefined);
    const stopping = new AbortController();
    const looking = controller.getInteractiveRects(page, { signal: stopping.signal });
    stopping.abort();
    await expect(looking).rejects.toThrow("aborted");
    expect(await controller.getVisibleText(await opened("<p>y"))).toBe("y");
  });
});
