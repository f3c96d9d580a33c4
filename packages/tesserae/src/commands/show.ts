import { readRun, type RecordedEffect, type RecordedRun } from "@tesserae/core";
import { EXIT } from "../cli/exit-codes.ts";
import { costText, countText, durationText, plural } from "../cli/numbers.ts";
import type { StoreOptions } from "../cli/options.ts";
import { harmless, print, styleFor } from "../cli/terminal.ts";
import { oneLine, textTable } from "../cli/text-table.ts";
import { recordingOf, recordingText } from "../recording/recording-label.ts";
import { findRun, shortId } from "../runs/find-run.ts";
import { knownCalls, type KnownCall } from "../runs/known-calls.ts";
import { openStore, runsFolder } from "../runs/open-store.ts";
import { taskText } from "../runs/task-text.ts";
import { statusText } from "./runs.ts";
import { COMMAND } from "../cli/command-name.ts";

/** What `tesserae show` may be told. */
export interface ShowCommandOptions extends StoreOptions {
  readonly json?: boolean;
  readonly entries?: boolean;
}

type KnownCalls = ReadonlyMap<string, KnownCall>;

/** `tesserae show RUN`: what happened in a recorded run. */
export async function showCommand(wanted: string, options: ShowCommandOptions): Promise<number> {
  const store = await openStore(options.runsDir);
  const { runId } = await findRun(store, wanted);
  if (options.entries === true) {
    for await (const entry of store.read(runId)) print(JSON.stringify(entry));
    return EXIT.ok;
  }
  const recorded = await readRun(store, runId);
  const calls = await knownCalls(recorded);
  if (options.json === true) {
    print(JSON.stringify({ ...recorded, calls: [...calls.values()] }));
    return EXIT.ok;
  }
  print(overview(recorded, runsFolder(options.runsDir), calls));
  print("");
  print(effectTable(recorded, calls));
  print("");
  print(nextCommands(recorded));
  return EXIT.ok;
}

function overview({ summary, status, outcome }: RecordedRun, folder: string, calls: KnownCalls): string {
  const style = styleFor(process.stdout);
  const { runId, name, kind, task, startedAt, durationMs, turns, cost, promptTokens, completionTokens, parent } =
    summary;
  const recording = recordingOf(summary.labels);
  const rows = [
    ["Run", runId],
    ["Status", statusText(status, style)],
    ["Team", kind === "" || kind === name ? name : `${name} (${kind})`],
    ["Task", oneLine(taskText(task), 400)],
    ["Started", new Date(startedAt).toISOString()],
    ["Time", durationText(durationMs)],
    ["Turns", String(turns)],
    ["Tokens", `${countText(promptTokens)} in, ${countText(completionTokens)} out`],
    ["Cost", costText(cost)],
    ...billRows(calls),
    ...(outcome?.stopReason === undefined ? [] : [["Stopped", outcome.stopReason]]),
    ...(parent === null ? [] : [["Fork of", parent]]),
    // Whoever approves a call must see all of it.
    ...summary.inputs.map(({ path, prompt, tool }) => [
      "Waits for",
      `${path}: ${tool === undefined ? oneLine(prompt, 200) : prompt}`,
    ]),
    ["Recording", `${folder}/${runId}`],
    ...(recording === undefined ? [] : [["Calls", recordingText(recording)]]),
  ];
  return textTable(
    rows.map(([label = "", value = ""]) => [style.dim(label), label === "Status" ? value : harmless(value)]),
  );
}

/** What the gateway made of the run's calls; nothing where no call passed one. */
function billRows(calls: KnownCalls): readonly (readonly string[])[] {
  const billed = [...calls.values()].filter(({ paid }) => paid !== undefined);
  if (billed.length === 0) return [];
  const sum = (of: (call: KnownCall) => string | undefined): bigint =>
    billed.reduce((total, call) => total + BigInt(of(call) ?? 0), 0n);
  const hits = billed.filter(({ cache }) => cache === "hit" || cache === "coalesced").length;
  return [
    ["Paid", `${costText(sum(({ paid }) => paid))}, through the gateway`],
    ["Saved", `${costText(sum(({ saved }) => saved))}: ${hits} of ${plural(billed.length, "call")} from its cache`],
  ];
}

function effectTable({ effects }: RecordedRun, calls: KnownCalls): string {
  if (effects.length === 0) return "Nothing was done.";
  const isBilled = [...calls.values()].some(({ cache, paid }) => cache !== undefined || paid !== undefined);
  const rows = effects.map((effect) => [
    String(effect.turn + 1),
    harmless(agentOf(effect.address)),
    harmless(`${effect.kind} ${effect.name}`),
    effect.status === "open" ? "no outcome" : effect.status,
    effect.durationMs === null ? "" : durationText(effect.durationMs),
    tokensOf(effect),
    effect.cost === null ? "" : costText(effect.cost),
    ...(isBilled ? billCells(calls.get(effect.address)) : []),
    [...(calls.get(effect.address)?.tags ?? []), effect.error === null ? "" : oneLine(effect.error.message, 60)]
      .map(harmless)
      .join(" ")
      .trim(),
  ]);
  const head = ["TURN", "AGENT", "EFFECT", "OUTCOME", "TIME", "TOKENS", "COST", ...(isBilled ? BILL_HEAD : []), ""];
  return `${textTable([head, ...rows], [4, 5, 6, ...(isBilled ? [8, 9] : [])])}\n${counts(effects)}`;
}

const BILL_HEAD = ["CACHE", "PAID", "SAVED"];

function billCells(call: KnownCall | undefined): readonly string[] {
  const { cache, paid, saved } = call ?? {};
  return [
    harmless(cache ?? ""),
    paid === undefined ? "" : costText(BigInt(paid)),
    saved === undefined ? "" : costText(BigInt(saved)),
  ];
}

function counts(effects: readonly RecordedEffect[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of effects) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds].map(([kind, count]) => plural(count, `${kind} call`)).join(", ");
}

/** The innermost agent of an address. */
function agentOf(address: string): string {
  const path = address
    .slice(0, address.indexOf("!"))
    .split("/")
    .filter((part) => part !== "");
  const agents = path.map((part) => part.replace(/\[\d+\]$/, "")).filter((part) => part !== "call");
  return decodeURIComponent(agents.at(-1) ?? "");
}

function tokensOf({ usage }: RecordedEffect): string {
  const input: unknown = Reflect.get(Object(usage), "prompt_tokens");
  const output: unknown = Reflect.get(Object(usage), "completion_tokens");
  return typeof input === "number" && typeof output === "number" ? `${countText(input)} + ${countText(output)}` : "";
}

function nextCommands({ summary, status, turns }: RecordedRun): string {
  const id = shortId(summary.runId);
  const middle = turns[Math.max(0, Math.ceil(turns.length / 2) - 1)];
  return [
    ...(status === "finished" ? [] : [`Go on with it:        ${COMMAND} run --resume ${id}`]),
    `Run it again offline: ${COMMAND} replay ${id}`,
    ...(middle === undefined
      ? []
      : [`Go on from turn ${middle}:    ${COMMAND} fork ${id} --at ${middle} --model PROVIDER/NAME`]),
    `Its journal:          ${COMMAND} show ${id} --entries`,
  ].join("\n");
}
