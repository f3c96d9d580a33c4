import { badRequest } from "../errors/relay-error.ts";
import { JsonFault, type JsonScanner, type Member, type ScannedObject } from "../json/json-scanner.ts";
import { insertion, removals, replacement, splice } from "../json/splice.ts";

/** What the gateway has to know of a request's body. */
export interface RequestFacts {
  /** The bytes for the upstream: those that came, without members meant for the gateway. */
  readonly body: Buffer;
  readonly object: ScannedObject;
  /** `""` where the body names none. */
  readonly model: string;
  readonly stream: boolean;
  /** Whether a stream was asked to end with the usage (`stream_options.include_usage`). */
  readonly asksUsage: boolean;
  /** The caller's limit of the output in tokens. */
  readonly maxOutputTokens: number | undefined;
  /** How many answers are asked for (`n`). */
  readonly choices: number;
  readonly featureTag: string | undefined;
  readonly customerTag: string | undefined;
}

/** Reads a JSON body. Throws 400 where it is no JSON object, or nested too deeply. */
export function readFacts(scanner: JsonScanner, raw: Buffer): RequestFacts {
  let body = raw;
  let object = scan(scanner, raw);
  const tags = { feature: undefined as string | undefined, customer: undefined as string | undefined };
  if (object.members.some(isTwin)) {
    for (const member of object.members) {
      if (member.name === "tessera_feature_tag") tags.feature = tagOf(body, member);
      else if (member.name === "tessera_customer_tag") tags.customer = tagOf(body, member);
    }
    body = splice(raw, removals(object, isTwin));
    object = scan(scanner, body);
  }
  const facts = { model: "", stream: false, asksUsage: false, choices: 1, limit: undefined as number | undefined };
  // Where a member comes twice the last one counts, as in JSON.parse.
  for (const member of object.members) {
    if (member.name === "model") facts.model = textOf(body, member) ?? "";
    else if (member.name === "stream") facts.stream = isTrue(body, member);
    else if (member.name === "stream_options") facts.asksUsage = asksUsage(scanner, body, member);
    else if (LIMITS.has(member.name)) facts.limit = larger(facts.limit, numberOf(body, member));
    else if (member.name === "n") facts.choices = Math.max(1, numberOf(body, member) ?? 1);
  }
  return {
    body,
    object,
    model: facts.model,
    stream: facts.stream,
    asksUsage: facts.asksUsage,
    maxOutputTokens: facts.limit,
    choices: facts.choices,
    featureTag: tags.feature,
    customerTag: tags.customer,
  };
}

/** The same body with another model's name, everything else byte for byte as it was. */
export function withModel(scanner: JsonScanner, facts: RequestFacts, model: string): RequestFacts {
  const edits = facts.object.members
    .filter(({ name }) => name === "model")
    .map((member) => replacement(member, JSON.stringify(model)));
  const body = splice(facts.body, edits);
  return { ...facts, model, body, object: scan(scanner, body) };
}

/** The body of a streamed chat, which asks for the usage at the end of the stream. */
export function bodyAskingUsage(scanner: JsonScanner, facts: RequestFacts): Buffer {
  const { body, object } = facts;
  const options = object.members.findLast(({ name }) => name === "stream_options");
  if (options === undefined) return splice(body, [insertion(object, '"stream_options":{"include_usage":true}')]);
  const inside = scanner.scanInside(body, options.valueStart);
  if (inside === undefined) return splice(body, [replacement(options, '{"include_usage":true}')]);
  const usage = inside.members.findLast(({ name }) => name === "include_usage");
  return splice(body, [usage === undefined ? insertion(inside, '"include_usage":true') : replacement(usage, "true")]);
}

/** A tag for attribution, from a header or the body. Throws 400 where it is too long or holds control characters. */
export function checkedTag(name: string, value: string): string {
  if (value.length <= LONGEST_TAG && !CONTROL.test(value)) return value;
  throw badRequest(`${name} must be at most ${LONGEST_TAG} characters without control characters.`);
}

const LONGEST_TAG = 256;
const CONTROL = /[\u0000-\u001f\u007f]/;
const LIMITS: ReadonlySet<string> = new Set(["max_tokens", "max_completion_tokens", "max_output_tokens"]);

function scan(scanner: JsonScanner, body: Buffer): ScannedObject {
  try {
    return scanner.scan(body);
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    throw badRequest(
      fault.reason === "depth"
        ? `The body is ${fault.message}.`
        : `The body is no JSON object: ${body.length === 0 ? "it is empty" : fault.message}.`,
    );
  }
}

function isTwin(member: Member): boolean {
  return member.name.startsWith("tessera_");
}

function tagOf(body: Buffer, member: Member): string {
  const value = textOf(body, member);
  if (value === undefined) throw badRequest(`${member.name} must be a string.`);
  return checkedTag(member.name, value);
}

function textOf(body: Buffer, member: Member): string | undefined {
  if (body[member.valueStart] !== 0x22) return undefined;
  const inside = body.toString("utf8", member.valueStart + 1, member.valueEnd - 1);
  if (!inside.includes("\\")) return inside;
  const value = parse(body, member);
  return typeof value === "string" ? value : undefined;
}

function numberOf(body: Buffer, member: Member): number | undefined {
  const value = Number(body.toString("latin1", member.valueStart, member.valueEnd));
  return Number.isFinite(value) && value > 0 ? Math.ceil(value) : undefined;
}

/** Of two limits the provider may obey either; the larger one is what it can cost. */
function larger(before: number | undefined, value: number | undefined): number | undefined {
  if (before === undefined) return value;
  return value === undefined ? before : Math.max(before, value);
}

function isTrue(body: Buffer, member: Member): boolean {
  return body[member.valueStart] === 0x74;
}

function asksUsage(scanner: JsonScanner, body: Buffer, member: Member): boolean {
  const inside = scanner.scanInside(body, member.valueStart);
  const usage = inside?.members.findLast(({ name }) => name === "include_usage");
  return usage !== undefined && isTrue(body, usage);
}

function parse(body: Buffer, member: Member): unknown {
  try {
    return JSON.parse(body.toString("utf8", member.valueStart, member.valueEnd));
  } catch {
    return undefined;
  }
}
