import type { Command } from "commander";
import type { PurgeOptions } from "./commands/cache.ts";
import type { SetCapOptions } from "./commands/caps.ts";
import type { OverrideOptions, SyncOptions } from "./commands/price-sync.ts";
import type { ShowPriceOptions } from "./commands/prices.ts";
import type { WorkloadOptions } from "./commands/workloads.ts";
import { addCommand } from "./add-command.ts";
import { type CommonOptions, repeated, whole } from "./common-options.ts";
import { EXIT_HELP } from "./exit-codes.ts";
import { addLedgerCommands } from "./ledger-commands.ts";
import type { Act } from "./program.ts";

/** Adds the commands about workloads, caps, the cache and the ledger. */
export function addDataCommands(program: Command, act: Act): void {
  addWorkloads(addGroup(program, "workloads", "Look at workloads, and say how each is treated."), act);
  addCaps(addGroup(program, "caps", "Limit what is spent."), act);
  const prices = addGroup(program, "prices", "Look at what models cost, and say what they cost.");
  addPrices(prices, act);
  addPriceChanges(prices, act);
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

function addPriceChanges(group: Command, act: Act): void {
  addCommand(
    group,
    "sync",
    "Read published lists of prices (LiteLLM, OpenRouter, models.dev) and put in force what two of them agree on.",
    "tessera prices sync --from litellm.json --from https://models.dev/api.json",
  )
    .requiredOption("--from <place>", "a file or an https address; to be given for each list", repeated, [])
    .action(act(async (options: SyncOptions) => (await import("./commands/price-sync.ts")).syncPricesCommand(options)));
  addCommand(group, "diff", "Show on which prices the lists do not agree.", "tessera prices diff").action(
    act(async (options: CommonOptions) => (await import("./commands/price-sync.ts")).diffPricesCommand(options)),
  );
  addCommand(
    group,
    "override <provider> <model>",
    "Set a price of your own, in dollars for a million tokens; it goes before all but those of the configuration.",
    "tessera prices override openai my-model --input 2.5 --output 10",
  )
    .option("--input <dollars>", "input")
    .option("--output <dollars>", "output")
    .option("--cache-read <dollars>", "input from the provider's cache (default: as input)")
    .option("--cache-write <dollars>", "input that is written to it (default: as input)")
    .option("--remove", "take the price away again")
    .action(
      act(async (provider: string, model: string, options: OverrideOptions) =>
        (await import("./commands/price-sync.ts")).overridePriceCommand(provider, model, options),
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
