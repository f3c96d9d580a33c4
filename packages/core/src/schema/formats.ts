/** What a format checks: which type it concerns and whether a value has it. */
export interface Format {
  /** The format says nothing about values of another type. */
  readonly type: "string" | "number";
  /** How a person would call it, for messages. */
  readonly name: string;
  readonly test: (value: never) => boolean;
}

interface StringFormat extends Format {
  readonly type: "string";
  readonly test: (value: string) => boolean;
}

interface NumberFormat extends Format {
  readonly type: "number";
  readonly test: (value: number) => boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HOSTNAME =
  /^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;
/** At most 64 characters in front of the sign, and 320 in all. */
const EMAIL =
  /^(?=.{1,64}@)(?!.{321})[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;
const URI = /^[a-z][a-z0-9+.-]*:(?:[!#$&-;=?-Z_a-z~[\]]|%[0-9a-f]{2})+$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** What may stand in an address of IPv6, and a zone behind it. */
const IPV6 = /^([0-9a-f:.]{2,45})(?:%.+)?$/is;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** RFC 3339, but seconds and offset may be missing, as Python accepts it. 60 is a leap second. */
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/i;
/** RFC 3339, appendix A, and fractions of seconds. */
const DURATION = /^-?P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/;
const BASE64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

function isIpv6(text: string): boolean {
  const address = IPV6.exec(text)?.[1];
  return address !== undefined && URL.canParse(`http://[${address}]`);
}

function isNetwork(isAddress: (text: string) => boolean, bits: number): (text: string) => boolean {
  return (text) => {
    const [, address = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/s.exec(text) ?? [];
    return isAddress(address) && Number(prefix ?? 0) <= bits;
  };
}

/** A day that there is not becomes another one. */
function isDate(text: string): boolean {
  const day = new Date(text);
  return DATE.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  return /^.{10}[Tt ]/.test(text) && isDate(text.slice(0, 10)) && TIME.test(text.slice(11));
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function text(name: string, test: (value: string) => boolean = () => true): StringFormat {
  return { type: "string", name, test };
}

function matching(name: string, pattern: RegExp): StringFormat {
  return text(name, (value) => pattern.test(value));
}

function integer(bits: number): NumberFormat {
  const limit = 2 ** (bits - 1);
  const test = (value: number): boolean => Number.isInteger(value) && value >= -limit && value < limit;
  return { type: "number", name: `a ${bits}-bit integer`, test };
}

const NUMBER: NumberFormat = { type: "number", name: "a number", test: Number.isFinite };

/** The formats that are checked: those that Python AutoGen knows. Looked up by own key only. */
export const FORMATS: Readonly<Record<string, StringFormat | NumberFormat>> = {
  uuid: matching("a UUID", UUID),
  ...Object.fromEntries(
    ["1", "2", "3", "4", "5"].map((version) => [
      `uuid${version}`,
      text(`a UUID of version ${version}`, (value) => UUID.test(value) && value[14] === version),
    ]),
  ),
  email: matching("an email address", EMAIL),
  uri: matching("a URI with a scheme, such as https://example.com/", URI),
  hostname: matching("a host name", HOSTNAME),
  ipv4: matching("an IPv4 address", IPV4),
  ipv6: text("an IPv6 address", isIpv6),
  "ipv4-network": text(
    "an IPv4 network, such as 10.0.0.0/8",
    isNetwork((value) => IPV4.test(value), 32),
  ),
  "ipv6-network": text("an IPv6 network, such as fe80::/10", isNetwork(isIpv6, 128)),
  "date-time": text("a date and time, such as 2026-01-31T12:00:00Z", isDateTime),
  date: text("a date, such as 2026-01-31", isDate),
  time: matching("a time of day, such as 12:00:00Z", TIME),
  duration: matching("an ISO 8601 duration, such as PT90S", DURATION),
  byte: matching("base64", BASE64),
  binary: text("bytes"),
  password: text("text"),
  path: matching("a path", /^[^\0]+$/),
  json: text("JSON text", isJsonText),
  int32: integer(32),
  int64: integer(64),
  float: NUMBER,
  double: NUMBER,
  decimal: NUMBER,
};

/** The format of that name, or undefined when it is not known. */
export function findFormat(name: string): StringFormat | NumberFormat | undefined {
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}
