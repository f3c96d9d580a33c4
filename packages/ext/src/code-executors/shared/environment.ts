import { delimiter, resolve } from "node:path";
import { readVariable } from "./find-program.ts";

/** What the processes of a code executor find in their environment. */
export interface EnvironmentPolicy {
  /**
   * Which variables of this process are passed on.
   *
   * - `"safe"` (default): all but those whose name says that they hold a secret (`OPENAI_API_KEY`, `GITHUB_TOKEN`,
   *   `DB_PASSWORD`, `AWS_SECRET_ACCESS_KEY`, …) or whose value is an address with a password in it. A model's code
   *   finds the tools, proxies and locale of this machine, but no key to spend or leak.
   * - `"all"`: every one, as Python AutoGen does.
   * - a list: only these (`*` at the end stands for any rest), and those that programs need to start at all
   *   (`PATH`, `HOME`, the temporary folder, the locale; on Windows the system's own).
   */
  readonly inherit?: "safe" | "all" | readonly string[];
  /** Variables to set; they win over inherited ones, and may hold a secret on purpose. */
  readonly set?: Readonly<Record<string, string>>;
}

/** Words of a variable's name that mean a secret; `PWD` alone is the current folder. */
const SECRET_NAME =
  /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|PASS|CREDENTIALS?|AUTH|COOKIE|DSN)(?:_|\d*$)|(?:APIKEY|TOKEN|SECRET|PASSWORD)$|_PWD$|CONNECTION_?STRING/i;
const PASSWORD_IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;
/** Names that look like secrets and are addresses or files of ordinary tools. */
const NO_SECRET = /^(?:SSH_AUTH_SOCK|XAUTHORITY|OLDPWD|GPG_KEY)$/;

const NEEDED = (
  "PATH HOME USER LOGNAME SHELL TMPDIR TEMP TMP LANG LC_* TZ TERM " +
  "SystemRoot SystemDrive ComSpec PATHEXT windir USERPROFILE APPDATA LOCALAPPDATA ProgramData ProgramFiles*"
).split(" ");

function looksSecret(name: string, value: string): boolean {
  // Proxies keep their password: without it nothing can be installed, and it opens no account.
  if (/_proxy$/i.test(name) || NO_SECRET.test(name)) return false;
  return SECRET_NAME.test(name) || PASSWORD_IN_ADDRESS.test(value);
}

function listed(name: string, patterns: readonly string[]): boolean {
  const fold = (text: string): string => (process.platform === "win32" ? text.toUpperCase() : text);
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? fold(name).startsWith(fold(pattern.slice(0, -1))) : fold(name) === fold(pattern),
  );
}

/** The environment that the policy makes of `parent`. */
export function buildEnvironment(policy: EnvironmentPolicy, parent: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { inherit = "safe", set = {} } = policy;
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value = ""] of Object.entries(parent)) {
    const passed =
      inherit === "all" || (inherit === "safe" ? !looksSecret(name, value) : listed(name, [...NEEDED, ...inherit]));
    if (passed) environment[name] = value;
  }
  return Object.assign(environment, set);
}

/** The environment with folders put in front of a variable that holds a list of them, such as `PATH`. */
export function prependFolder(environment: NodeJS.ProcessEnv, name: string, folder: string): NodeJS.ProcessEnv {
  const rest = readVariable(environment, name);
  const others = Object.entries(environment).filter(
    ([key]) => key !== name && !(process.platform === "win32" && key.toUpperCase() === name.toUpperCase()),
  );
  const value = rest === undefined || rest === "" ? resolve(folder) : `${resolve(folder)}${delimiter}${rest}`;
  return { ...Object.fromEntries(others), [name]: value };
}
