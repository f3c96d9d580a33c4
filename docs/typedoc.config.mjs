import { readEntries } from "./entries.mjs";

/**
 * The API reference, written from the sources: one page for each entry of each package's export map.
 *
 * @type {Partial<import("typedoc").TypeDocOptions & import("typedoc-plugin-markdown").PluginOptions>}
 */
const config = {
  entryPoints: readEntries().map(({ source }) => source),
  tsconfig: "tsconfig.json",
  plugin: ["typedoc-plugin-markdown", "./module-names.mjs"],
  router: "module",
  out: "api",
  readme: "none",
  name: "API",
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  entryFileName: "index",
  useCodeBlocks: true,
  parametersFormat: "table",
  // Types are checked by `npm run types`, with the TypeScript that the packages are written for.
  skipErrorChecking: true,
  logLevel: "Error",
};

export default config;
