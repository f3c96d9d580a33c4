import type { Command } from "commander";
import type { AdjustOptions } from "./commands/adjust.ts";
import type { ExportCommandOptions, ProveCommandOptions, VerifyCommandOptions } from "./commands/ledger.ts";
import type { StatementOptions } from "./commands/statement.ts";
import { addCommand } from "./add-command.ts";
import { type CommonOptions, repeated } from "./common-options.ts";
import { VERIFY_HELP } from "./exit-codes.ts";
import type { Act } from "./program.ts";

/** Adds the commands about the ledger. */
export function addLedgerCommands(group: Command, act: Act): void {
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
    "prove [request]",
    "Print a proof that a request is in the ledger, or check one without the ledger. It is named as for show.",
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
    "show <request>",
    "Show the rows of a request, by its id or by what its caller called it (x-tessera-request-id).",
    "tessera ledger show tsr_01KBB4E5XH3N6D2V0S8Q7MZ9RT",
  ).action(
    act(async (request: string, options: CommonOptions) =>
      (await import("./commands/ledger.ts")).showCommand(request, options),
    ),
  );
  addCommand(
    group,
    "adjust <request>",
    "Correct what was written of a request by another row: rows are never changed. Amounts are added, or taken away (-0.002).",
    "tessera ledger adjust tsr_01KBB4E5XH3N6D2V0S8Q7MZ9RT --usd 0.0125",
  )
    .requiredOption("--usd <dollars>", "to what was paid")
    .option(
      "--original-usd <dollars>",
      "to the list price (default: the same, and nothing where the gateway answered itself)",
    )
    .action(
      act(async (request: string, options: AdjustOptions) =>
        (await import("./commands/adjust.ts")).adjustCommand(request, options),
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
