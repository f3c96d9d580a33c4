import type { Command } from "commander";
import type { CreateKeyOptions, KeyOptions } from "./commands/keys.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { addCommand } from "./add-command.ts";
import { type CommonOptions, FREE_TOKENS, list, whole } from "./common-options.ts";
import { EXIT_HELP } from "./exit-codes.ts";
import type { Act } from "./program.ts";

/** Adds the commands about the gateway itself and its keys. */
export function addGatewayCommands(program: Command, act: Act): void {
  addCommand(program, "serve", "Run the gateway until Ctrl-C or SIGTERM.", "tessera serve --port 8484")
    .option("--port <number>", "listen on this port", whole("--port", 0, 65_535))
    .option("--host <address>", "listen on this address")
    .action(act(async (options: ServeOptions) => (await import("./commands/serve.ts")).serveCommand(options)));

  addCommand(program, "init", "Write a configuration into this folder and make the first key.", "tessera init").action(
    act(async (options: CommonOptions) => (await import("./commands/init.ts")).initCommand(options)),
  );

  addCommand(program, "doctor", "Look at what the gateway needs, without spending tokens.", "tessera doctor --offline")
    .option("--offline", "do not try to reach the upstreams")
    .action(act(async (options: DoctorOptions) => (await import("./commands/doctor.ts")).doctorCommand(options)));

  addCommand(
    program,
    "migrate",
    "Bring the database to the newest form of every table, which a gateway also does when it starts.",
    "tessera migrate",
  ).action(act(async (options: CommonOptions) => (await import("./commands/migrate.ts")).migrateCommand(options)));

  const keys = program
    .command("keys")
    .description("Make, list, rotate and revoke the keys of the gateway.")
    .helpOption("--help", "print this help")
    .addHelpText("after", EXIT_HELP);
  addCommand(keys, "create", "Make a key and print it, once.", "tessera keys create --label research --rpm 60")
    .option("--admin", "make a key to look after the gateway with (ta_…), good for no request")
    .option("--role <role>", "of an admin key: viewer (default), operator or admin")
    .option("--label <text>", "a note for people")
    .option("--tenant <name>", "whose key it is (default: default)")
    .option("--expires <days>", "for how many days it is valid (default: for ever)", whole("--expires", 1))
    .option("--models <globs>", "the models that it may ask, such as gpt-*,claude-*", list)
    .option("--upstreams <globs>", "the upstreams that it may ask", list)
    .option("--workloads <globs>", "the workloads that it may name", list)
    .option("--workload <name>", "the workload of its requests that name none")
    .option("--rpm <number>", "requests a minute", whole("--rpm", 1))
    .option("--tpm <number>", "tokens a minute", whole("--tpm", 1))
    .option("--concurrency <number>", "requests at once", whole("--concurrency", 1))
    .option("--may-trace", "requests may ask how they were planned (x-tessera-trace: 1)")
    .option("--monthly-tokens <number>", "tokens a month, or none for any number", String(FREE_TOKENS))
    .action(act(async (options: CreateKeyOptions) => (await import("./commands/keys.ts")).createKeyCommand(options)));
  const listing = addCommand(keys, "list", "List the keys, without their secrets.", "tessera keys list --json");
  listing
    .option("--admin", "the admin keys")
    .action(act(async (options: KeyOptions) => (await import("./commands/keys.ts")).listKeysCommand(options)));
  addCommand(
    keys,
    "rotate <id>",
    "Give a key another secret and print it, once; its limits and what it has spent stay.",
    "tessera keys rotate 7ZK4M2QD",
  ).action(
    act(async (id: string, options: CommonOptions) =>
      (await import("./commands/keys.ts")).rotateKeyCommand(id, options),
    ),
  );
  addCommand(
    keys,
    "revoke <id>",
    "Take a key back: a running gateway refuses it within seconds.",
    "tessera keys revoke 7ZK4M2QD",
  )
    .option("--admin", "an admin key")
    .action(
      act(async (id: string, options: KeyOptions) =>
        (await import("./commands/keys.ts")).revokeKeyCommand(id, options),
      ),
    );
}
