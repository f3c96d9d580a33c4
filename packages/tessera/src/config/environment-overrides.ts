import { nearestName } from "./nearest-name.ts";

/**
 * The settings that environment variables may give: `TESSERA_` and the path in capitals, a line below it for each step
 * and for each hump of a name: `/caps/reserveOutput` is `TESSERA_CAPS_RESERVE_OUTPUT`. Lists and objects are JSON.
 */
const PATHS: readonly string[] = [
  "listen.data",
  "auth.mode",
  "auth.pepperEnv",
  "upstreams",
  "store.kind",
  "store.path",
  "store.synchronous",
  "measure.injectUsage",
  "measure.fidelity",
  "measure.costHeaders",
  "passthrough.unknown",
  "relay.onClientAbort",
  "relay.maxBodyBytes",
  "relay.maxHeldBytes",
  "relay.timeouts.connect",
  "relay.timeouts.headers",
  "relay.timeouts.idle",
  "relay.timeouts.stall",
  "relay.timeouts.requestHeaders",
  "relay.timeouts.requestBody",
  "relay.timeouts.drain",
  "caps.statusCode",
  "caps.reserveOutput",
  "caps.serveHitsWhenBlocked",
  "caps.unpriced",
  "caps.strict",
  "caps.limits",
  "prices.overrides",
  "cache.maxBytes",
  "cache.encryptionKeyEnv",
  "defaults.complianceTier",
  "defaults.baselineModelPolicy",
  "defaults.mechanics.m2",
  "defaults.mechanics.m4",
  "defaults.cache.scope",
  "defaults.cache.ttlSeconds",
  "defaults.cache.bindCredential",
  "defaults.cache.ignoreUser",
  "defaults.cache.maxTemperature",
  "defaults.cache.maxReplaysPerMinute",
  "workloads",
  "ledger.checkpointRows",
  "ledger.checkpointMinutes",
  "ledger.signingKeyEnv",
  "ledger.anchors",
  "fee.mode",
  "fee.rate",
  "log.requests",
];

/** Variables of this name's beginning that are no settings. */
const OTHERS: ReadonlySet<string> = new Set([
  "TESSERA_HOME",
  "TESSERA_PEPPER",
  "TESSERA_LEDGER_KEY",
  "TESSERA_BASE_URL",
  "TESSERA_API_KEY",
]);

/**
 * What Kubernetes puts into every container beside a service called `tessera` or `tessera-…`, and Docker into one that is
 * linked to such a container. The value of a name that ends in the port tells it from a setting that is misspelt.
 */
const OF_SERVICES =
  /^TESSERA_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const PORT_OF_SERVICE = /^TESSERA_(?:\w+_)?PORT$/;
const ADDRESS_OF_SERVICE = /^(?:tcp|udp|sctp):\/\//;

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable of a path. */
function variableOf(path: string): string {
  return `TESSERA_${path
    .replaceAll(/[A-Z]+/g, "_$&")
    .replaceAll(".", "_")
    .toUpperCase()}`;
}

/** A configuration with what the environment says in place of it. The one given stays as it is. */
export function withEnvironment(config: unknown, environment: Environment): unknown {
  let result = config;
  for (const path of PATHS) {
    const text = environment[variableOf(path)];
    if (text !== undefined && text !== "") result = put(result, path.split("."), valueOf(text));
  }
  return result;
}

/**
 * What is wrong with variables that look like settings and are none, a sentence each: misspelt ones would do nothing. `named`
 * are those that the settings name themselves, such as one with the key of an upstream.
 */
export function unknownVariables(environment: Environment, named: readonly string[] = []): readonly string[] {
  const known = new Set([...PATHS.map(variableOf), ...OTHERS, ...named]);
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith("TESSERA_") && value !== "" && !known.has(name))
    .filter(([name, value = ""]) => !isOfService(name, value))
    .map(([name]) => name)
    .sort()
    .map((name) => {
      const nearest = nearestName(name, known);
      return `${name} is no setting${nearest === undefined ? "" : `: did you mean ${nearest}?`}`;
    });
}

function isOfService(name: string, value: string): boolean {
  return OF_SERVICES.test(name) || (PORT_OF_SERVICE.test(name) && ADDRESS_OF_SERVICE.test(value));
}

function put(target: unknown, [first = "", ...rest]: readonly string[], value: unknown): unknown {
  // What is no object stays: the one who reads the configuration says what is wrong with it.
  if (target !== undefined && target !== null && !isRecord(target)) return target;
  const fields = isRecord(target) ? target : {};
  return { ...fields, [first]: rest.length === 0 ? value : put(fields[first], rest, value) };
}

/** Numbers, truth values, lists and objects are JSON; everything else is text. */
function valueOf(text: string): unknown {
  if (!/^(?:[[{].*|true|false|-?\d+(?:\.\d+)?)$/s.test(text.trim())) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
