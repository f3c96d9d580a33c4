import type { Command } from "commander";
import type { PurgeOptions } from "./commands/cache.ts";
import type { SetCapOptions } from "./commands/caps.ts";
import type { ShowPriceOptions } from "./commands/prices.ts";
import type { WorkloadOptions } from "./commands/workloads.ts";
import { addCommand } from "./add-command.ts";
import { type CommonOptions, whole } from "./common-options.ts";
import { EXIT_HELP } from "./exit-codes.ts";
import { addLedgerCommands } from "./ledger-commands.ts";
import type { Act } from "./program.ts";

/** Adds the commands about workloads, caps, the cache and the ledger. */
export function addDataCommands(program: Command, act: Act): void {
  addWorkloads(addGroup(program, "workloads", "Look at workloads, and say how each is treated."), act);
  addCaps(addGroup(program, "caps", "Limit what is spent."), act);
  addPrices(addGroup(program, "prices", "Look at what models cost."), act);
  addCache(addGroup(program, "cache", "Look at the cache, and take answers out of it."), act);
  addLedgerCommands(addGroup(program, "ledger", "Check the ledger, prove what is in it, and report from it."), act);
}

function addGroup(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .helpOption("--help", "print this help")
    .addHelpText("after", EXIT_HELP);
}

function addWorkloads(group: Command, act: Act): void {
  const ofTenant = (command: Command): Command => command.option("--tenant <name>", "whose workloads", "default");
  ofTenant(addCommand(group, "list", "List the workloads that were seen or set.", "tessera workloads list")).action(
    act(async (options: WorkloadOptions) => (await import("./commands/workloads.ts")).listWorkloadsCommand(options)),
  );
  ofTenant(addCommand(group, "show <name>", "Show what holds for a workload.", "tessera workloads show triage")).action(
    act(async (name: string, options: WorkloadOptions) =>
      (await import("./commands/workloads.ts")).showWorkloadCommand(name, options),
    ),
  );
  ofTenant(
    addCommand(
      group,
      "set <name> <field=value...>",
      "Set fields of a workload: m2, m4, complianceTier (standard or regulated), baselineModelPolicy (requested), cache.scope, cache.ttlSeconds, cache.bindCredential, cache.ignoreUser,\ncache.maxTemperature, cache.maxReplaysPerMinute; the value default takes back what was set.",
      "tessera workloads set triage m4=off cache.ttlSeconds=600",
    ),
  ).action(
    act(async (name: string, assignments: readonly string[], options: WorkloadOptions) =>
      (await import("./commands/workloads.ts")).setWorkloadCommand(name, assignments, options),
    ),
  );
  for (const [name, description] of [
    ["pause", "Pass the requests of a workload on as they are: no mechanic is on, caps and ledger go on."],
    ["resume", "Treat the requests of a paused workload again as was set for it."],
  ] as const) {
    ofTenant(addCommand(group, `${name} <name>`, description, `tessera workloads ${name} triage`)).action(
      act(async (workload: string, options: WorkloadOptions) =>
        (await import("./commands/workloads.ts")).pauseWorkloadCommand(workload, name === "pause", options),
      ),
    );
  }
  ofTenant(
    addCommand(
      group,
      "merge <from> <into>",
      "Let the requests of one workload count for another.",
      "tessera workloads merge auto:0123456789 triage",
    ),
  ).action(
    act(async (from: string, into: string, options: WorkloadOptions) =>
      (await import("./commands/workloads.ts")).mergeWorkloadCommand(from, into, options),
    ),
  );
}

function addCaps(group: Command, act: Act): void {
  addCommand(
    group,
    "set <scope> [subject]",
    "Set a cap of a workload, key, tenant, customer_tag (subject * for each) or of all (global).",
    "tessera caps set workload triage --window day --usd 5",
  )
    .requiredOption("--window <window>", "day, week (from Monday) or month, in UTC")
    .option("--usd <dollars>", "the limit in dollars")
    .option("--tokens <number>", "the limit in tokens", whole("--tokens"))
    .option("--mode <mode>", "block or warn", "block")
    .option("--remove", "take the cap away: of dollars with --usd 0, of tokens with --tokens 0")
    .action(
      act(async (scope: string, subject: string | undefined, options: SetCapOptions) =>
        (await import("./commands/caps.ts")).setCapCommand(scope, subject, options),
      ),
    );
  addCommand(group, "list", "List the caps, with what is spent in the open window.", "tessera caps list").action(
    act(async (options: CommonOptions) => (await import("./commands/caps.ts")).listCapsCommand(options)),
  );
}

function addPrices(group: Command, act: Act): void {
  addCommand(
    group,
    "show <model>",
    "Show what a model costs at each upstream: by the prices of the release, or prices.overrides.",
    "tessera prices show gpt-4o",
  )
    .option("--upstream <id>", "at this upstream alone")
    .action(
      act(async (model: string, options: ShowPriceOptions) =>
        (await import("./commands/prices.ts")).showPriceCommand(model, options),
      ),
    );
}

function addCache(group: Command, act: Act): void {
  addCommand(group, "stats", "Show how full the cache is, and what it has done.", "tessera cache stats").action(
    act(async (options: CommonOptions) => (await import("./commands/cache.ts")).cacheStatsCommand(options)),
  );
  addCommand(
    group,
    "purge",
    "Take answers out of the cache: one that was wrong, or all of a workload.",
    "tessera cache purge --workload triage",
  )
    .option("--entry <id>", "the entry that the header x-tessera-cache-entry of its hits names")
    .option("--workload <name>", "all entries of this workload")
    .option("--tenant <name>", "whose workload", "default")
    .action(act(async (options: PurgeOptions) => (await import("./commands/cache.ts")).cachePurgeCommand(options)));
}
