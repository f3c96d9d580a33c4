import type { DomElement, PageGlobal } from "./dom.ts";

/** Runs in a page: what it says of itself for machines, as `jsonld`, `microdata` and `meta_tags`, each only when there. */
export function pageMetadata(): object {
  const { document } = globalThis as unknown as PageGlobal;
  const metaTags: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const element of Array.from(document.querySelectorAll("meta[content]"))) {
    const key = element.getAttribute("name") ?? element.getAttribute("property");
    if (key !== null) metaTags[key] = element.getAttribute("content") ?? "";
  }

  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const jsonld = Array.from(document.querySelectorAll('script[type="application/ld+json"]')).map((element) =>
    parse((element.textContent ?? "").trim()),
  );

  type Item = Record<string, unknown>;
  const add = (item: Item, name: string, value: unknown): void => {
    const there = item[name];
    if (there === undefined) item[name] = value;
    else if (Array.isArray(there)) there.push(value);
    else item[name] = [there, value];
  };
  const valueOf = (element: DomElement): string => {
    const link = element.href ?? element.src;
    const said = element.getAttribute("content") ?? (typeof link === "string" ? link : element.textContent) ?? "";
    return said.replace(/\s+/g, " ").trim();
  };
  const itemOf = (scope: DomElement): Item => {
    const item: Item = Object.create(null) as Item;
    item["itemType"] = scope.getAttribute("itemtype");
    const walk = (element: DomElement): void => {
      for (const child of Array.from(element.children)) {
        const names = (child.getAttribute("itemprop") ?? "").split(/\s+/).filter((name) => name !== "");
        const isItem = child.hasAttribute("itemscope");
        for (const name of names) add(item, name, isItem ? itemOf(child) : valueOf(child));
        if (!isItem) walk(child);
      }
    };
    walk(scope);
    return item;
  };
  const microdata = Array.from(document.querySelectorAll("[itemscope]:not([itemprop])")).map(itemOf);

  return {
    ...(jsonld.length === 0 ? {} : { jsonld }),
    ...(microdata.length === 0 ? {} : { microdata }),
    ...(Object.keys(metaTags).length === 0 ? {} : { meta_tags: metaTags }),
  };
}
