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
const EMAIL_LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const EMAIL_DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;
const URI = /^[a-z][a-z0-9+.-]*:(?:[!#$&-;=?-Z_a-z~[\]]|%[0-9a-f]{2})+$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** RFC 3339, but seconds and offset may be missing, as Python accepts it. */
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:z|[+-](\d\d):?(\d\d))?$/i;
/** RFC 3339, appendix A, and fractions of seconds. */
const DURATION = /^-?P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)$/;
const BASE64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;

function isUuid(version: string): (text: string) => boolean {
  return (text) => UUID.test(text) && text[14] === version;
}

function isIpv6(text: string): boolean {
  const zone = text.indexOf("%");
  const address = zone < 0 ? text : text.slice(0, zone);
  if (zone >= 0 && zone === text.length - 1) return false;
  if (!/^[0-9a-f:.]{2,45}$/i.test(address)) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    for (const [position, part] of parts.entries()) {
      const last = index === halves.length - 1 && position === parts.length - 1;
      if (last && part.includes(".")) {
        if (!IPV4.test(part)) return false;
        groups += 2;
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups += 1;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

function isNetwork(isAddress: (text: string) => boolean, bits: number): (text: string) => boolean {
  return (text) => {
    const slash = text.indexOf("/");
    if (slash < 0) return isAddress(text);
    const prefix = text.slice(slash + 1);
    return isAddress(text.slice(0, slash)) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  };
}

function isDate(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}

function isTime(text: string): boolean {
  const match = TIME.exec(text);
  if (match === null) return false;
  const [, hour, minute, second = "0", offsetHour = "0", offsetMinute = "0"] = match;
  return (
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    // 60 is a leap second.
    Number(second) <= 60 &&
    Number(offsetHour) <= 23 &&
    Number(offsetMinute) <= 59
  );
}

function isDateTime(text: string): boolean {
  const separator = text[10];
  if (separator !== "T" && separator !== "t" && separator !== " ") return false;
  return isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  return (
    at > 0 &&
    at <= 64 &&
    text.length <= 320 &&
    EMAIL_LOCAL.test(text.slice(0, at)) &&
    EMAIL_DOMAIN.test(text.slice(at + 1))
  );
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const anyText = (): boolean => true;

function text(name: string, test: (value: string) => boolean): StringFormat {
  return { type: "string", name, test };
}

function amount(name: string, test: (value: number) => boolean): NumberFormat {
  return { type: "number", name, test };
}

/** The formats that are checked: those that Python AutoGen knows. Looked up by own key only. */
export const FORMATS: Readonly<Record<string, StringFormat | NumberFormat>> = {
  uuid: text("a UUID", (value) => UUID.test(value)),
  uuid1: text("a UUID of version 1", isUuid("1")),
  uuid2: text("a UUID of version 2", isUuid("2")),
  uuid3: text("a UUID of version 3", isUuid("3")),
  uuid4: text("a UUID of version 4", isUuid("4")),
  uuid5: text("a UUID of version 5", isUuid("5")),
  email: text("an email address", isEmail),
  uri: text("a URI with a scheme, such as https://example.com/", (value) => URI.test(value)),
  hostname: text("a host name", (value) => HOSTNAME.test(value)),
  ipv4: text("an IPv4 address", (value) => IPV4.test(value)),
  ipv6: text("an IPv6 address", isIpv6),
  "ipv4-network": text(
    "an IPv4 network, such as 10.0.0.0/8",
    isNetwork((value) => IPV4.test(value), 32),
  ),
  "ipv6-network": text("an IPv6 network, such as fe80::/10", isNetwork(isIpv6, 128)),
  "date-time": text("a date and time, such as 2026-01-31T12:00:00Z", isDateTime),
  date: text("a date, such as 2026-01-31", isDate),
  time: text("a time of day, such as 12:00:00Z", isTime),
  duration: text("an ISO 8601 duration, such as PT90S", (value) => DURATION.test(value)),
  byte: text("base64", (value) => BASE64.test(value)),
  binary: text("bytes", anyText),
  password: text("text", anyText),
  path: text("a path", (value) => value !== "" && !value.includes("\0")),
  json: text("JSON text", isJsonText),
  int32: amount("a 32-bit integer", (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31),
  int64: amount("a 64-bit integer", (value) => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63),
  float: amount("a number", Number.isFinite),
  double: amount("a number", Number.isFinite),
  decimal: amount("a number", Number.isFinite),
};

/** The format of that name, or undefined when it is not known. */
export function findFormat(name: string): StringFormat | NumberFormat | undefined {
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}
