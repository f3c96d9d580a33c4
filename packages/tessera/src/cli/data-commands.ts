import type { Command } from "commander";
import type { SetCapOptions } from "./commands/caps.ts";
import type { ExportCommandOptions, ProveCommandOptions, VerifyCommandOptions } from "./commands/ledger.ts";
import type { StatementOptions } from "./commands/statement.ts";
import type { WorkloadOptions } from "./commands/workloads.ts";
import { addCommand } from "./add-command.ts";
import { type CommonOptions, repeated, whole } from "./common-options.ts";
import { EXIT_HELP, VERIFY_HELP } from "./exit-codes.ts";
import type { Act } from "./program.ts";

/** Adds the commands about workloads, caps and the ledger. */
export function addDataCommands(program: Command, act: Act): void {
  addWorkloads(addGroup(program, "workloads", "Look at workloads, and say how each is treated."), act);
  addCaps(addGroup(program, "caps", "Limit what is spent."), act);
  addLedger(addGroup(program, "ledger", "Check the ledger, prove what is in it, and report from it."), act);
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
      "Set fields of a workload: m2, m4, cache.scope, cache.ttlSeconds, cache.bindCredential, cache.ignoreUser,\ncache.maxTemperature, cache.maxReplaysPerMinute; the value default takes back what was set.",
      "tessera workloads set triage m4=off cache.ttlSeconds=600",
    ),
  ).action(
    act(async (name: string, assignments: readonly string[], options: WorkloadOptions) =>
      (await import("./commands/workloads.ts")).setWorkloadCommand(name, assignments, options),
    ),
  );
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

function addLedger(group: Command, act: Act): void {
  addCommand(
    group,
    "verify",
    "Check every row, chain, checkpoint and price of the ledger.",
    "tessera ledger verify",
    VERIFY_HELP,
  )
    .option("--from-export <file>", "check an export (jsonl) in place of the database")
    .option("--public-key <file>", "believe only what this key signed, Ed25519 in PEM; may be repeated", repeated, [])
    .action(
      act(async (options: VerifyCommandOptions) => (await import("./commands/ledger.ts")).verifyCommand(options)),
    );
  addCommand(
    group,
    "prove [request-id]",
    "Print a proof that a request is in the ledger, or check one without the ledger.",
    "tessera ledger prove tsr_01KBB4E5XH3N6D2V0S8Q7MZ9RT > proof.json\n  tessera ledger prove --check proof.json --public-key ledger.pub",
  )
    .option("--check <file>", "check this proof (- for standard input)")
    .option("--public-key <file>", "believe only what this key signed, Ed25519 in PEM; may be repeated", repeated, [])
    .action(
      act(async (requestId: string | undefined, options: ProveCommandOptions) =>
        (await import("./commands/ledger.ts")).proveCommand(requestId, options),
      ),
    );
  addCommand(
    group,
    "checkpoint",
    "Seal the rows since the last checkpoint with a new one.",
    "tessera ledger checkpoint",
  ).action(
    act(async (options: CommonOptions) => (await import("./commands/checkpoint.ts")).checkpointCommand(options)),
  );
  addCommand(
    group,
    "statement",
    "Print what each tenant spent, saved and owes for a month (fee.mode).",
    "tessera ledger statement --month 2026-03",
  )
    .option("--month <month>", "such as 2026-03, in UTC (default: the last that is over)")
    .option("--tenant <name>", "of this tenant alone")
    .option("--format <format>", "text or csv", "text")
    .action(
      act(async (options: StatementOptions) => (await import("./commands/statement.ts")).statementCommand(options)),
    );
  addCommand(
    group,
    "publish <folder>",
    "Write a static page for everyone: totals by month, checkpoints, public keys, rows with tenants and tags hashed.",
    "tessera ledger publish ./public",
  ).action(
    act(async (folder: string, options: CommonOptions) =>
      (await import("./commands/statement.ts")).publishCommand(folder, options),
    ),
  );
  addCommand(group, "export", "Write rows to standard output.", "tessera ledger export --format csv --from 2026-03-01")
    .option("--format <format>", "csv or jsonl", "csv")
    .option("--from <date>", "rows from this moment on")
    .option("--to <date>", "rows before this moment")
    .option("--workload <name>", "rows of this workload")
    .option("--run <id>", "rows of this run")
    .action(
      act(async (options: ExportCommandOptions) => (await import("./commands/ledger.ts")).exportCommand(options)),
    );
}
