import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { objectOf, textOf } from "../../tags/json-shape.ts";
import { cleanLine } from "../output/clean.ts";
import type { Check } from "./check.ts";

/** An SDK whose calls are recorded at its trunk, and the major versions with which that was tried. */
interface KnownSdk {
  readonly name: string;
  readonly majors: readonly number[];
}

const SDKS: readonly KnownSdk[] = [
  { name: "openai", majors: [4, 5, 6] },
  { name: "@anthropic-ai/sdk", majors: [0, 1] },
];

/** Packages whose model calls cannot be seen in this process, and why. */
const OUT_OF_REACH: readonly (readonly [name: string, why: string])[] = [
  ["@anthropic-ai/claude-agent-sdk", "it runs the model in a process of its own"],
  ["@anthropic-ai/claude-code", "it runs the model in a process of its own"],
  ["@openai/codex-sdk", "it runs the model in a process of its own"],
];

/** What is never seen, whatever is installed. */
const LIMITS: readonly Check[] = [
  {
    section: "out of reach",
    state: "good",
    text: "WebSocket (realtime), gRPC and models in child processes are not recorded here",
  },
  {
    section: "out of reach",
    state: "good",
    text: "in bundles SDKs are not found by themselves: instrument(client) records them, HTTP is seen anyway",
  },
];

/** The SDKs that programs in a folder load, and what of them is recorded how. */
export function checkPackages(folder: string): Check[] {
  const found = SDKS.flatMap((sdk) => {
    const version = installedVersion(sdk.name, folder);
    return version === undefined ? [] : [sdkCheck(sdk, version)];
  });
  const none: Check = {
    section: "SDKs",
    state: "good",
    text: `neither ${SDKS.map(({ name }) => name).join(" nor ")} is installed for ${folder}; other calls are seen at the level of HTTP`,
  };
  const unseen = OUT_OF_REACH.filter(([name]) => installedVersion(name, folder) !== undefined).map(
    ([name, why]): Check => ({
      section: "out of reach",
      state: "warning",
      text: `${name} is installed: ${why}`,
      remedy: "Point its base URL at a gateway that records, if it has one.",
    }),
  );
  return [...(found.length === 0 ? [none] : found), ...unseen, ...LIMITS];
}

function sdkCheck({ name, majors }: KnownSdk, version: string): Check {
  const text = `${name} ${cleanLine(version, 40)}: calls are recorded at its trunk (tier 1)`;
  if (majors.includes(Number(version.split(".")[0]))) return { section: "SDKs", state: "good", text };
  const remedy = `Tried with ${majors.map((major) => `${major}.x`).join(", ")}. Compare the events of a call with its answer.`;
  return {
    section: "SDKs",
    state: "warning",
    text: `${name} ${cleanLine(version, 40)}: not tried with this version`,
    remedy,
  };
}

/** The version of a package as a module in the folder would find it. */
function installedVersion(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(at, "node_modules", name, "package.json"), "utf8"));
      return textOf(objectOf(manifest)["version"]) || "of unknown version";
    } catch {
      if (dirname(at) === at) return undefined;
    }
  }
}
