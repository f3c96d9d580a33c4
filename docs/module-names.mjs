import { resolve } from "node:path";
import { Converter } from "typedoc";
import { readEntries } from "./entries.mjs";

/**
 * A plugin of typedoc: modules are called what users import, `@tesserae/core`, and not by where their source lies.
 *
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  const names = new Map(readEntries().map(({ name, source }) => [resolve(import.meta.dirname, source), name]));
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName;
    if (reflection.parent?.isProject() && names.has(file)) reflection.name = names.get(file);
  });
}
