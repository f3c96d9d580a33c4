import { registerHooks } from "node:module";
import { PRICE_VERSION } from "@tesserae/wire/catalogue";
import { VERSION } from "../../recorder/version.ts";
import type { Check } from "./check.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const SECTION = "runtime";
const MINIMUM = [22, 19] as const;

/** Versions, and what this Node offers to the recorder. */
export function checkRuntime(versions: NodeJS.ProcessVersions, environment: Environment): Check[] {
  const [major = 0, minor = 0] = versions.node.split(".").map(Number);
  const isSupported = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
  const node = `Node ${versions.node}, tessen ${VERSION}, prices ${PRICE_VERSION}`;
  return [
    isSupported
      ? { section: SECTION, state: "good", text: node }
      : { section: SECTION, state: "bad", text: node, remedy: `Install Node ${MINIMUM.join(".")} or later.` },
    hookCheck(environment),
    channelCheck(versions),
  ];
}

function hookCheck(environment: Environment): Check {
  if (typeof registerHooks !== "function") {
    const text = "this Node cannot hook the loading of modules";
    return { section: "hook", state: "warning", text, remedy: "Call init() before the first client is made." };
  }
  const isSet = (environment["NODE_OPTIONS"] ?? "").includes("tessen/register");
  const text = isSet
    ? "NODE_OPTIONS loads tessen/register in every Node program"
    : "modules can be hooked when they are loaded";
  const advice = "node --import @tesserae/tessen/register app.js records a program without a change to it";
  return { section: "hook", state: "good", text: isSet ? text : `${text}: ${advice}` };
}

function channelCheck(versions: NodeJS.ProcessVersions): Check {
  const undici = versions["undici"];
  if (undici === undefined) {
    const text = "this runtime has no undici: fetch is not seen";
    return { section: "tier 3", state: "warning", text, remedy: "Run the program on Node." };
  }
  const text = `channels of undici ${undici} (fetch) and of node:http are there`;
  return { section: "tier 3", state: "good", text };
}
