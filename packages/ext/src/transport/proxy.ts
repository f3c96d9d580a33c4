import { ValueError } from "@tesserae/core";
import { bareHost } from "./bare-host.ts";

/** An HTTP proxy. */
export interface ProxyServer {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The header `proxy-authorization`, when the proxy's URL holds a user. */
  readonly authorization: string | undefined;
}

/** Which proxy is used for what. */
export interface ProxySettings {
  readonly http: ProxyServer | undefined;
  readonly https: ProxyServer | undefined;
  /** The rules of `NO_PROXY`. */
  readonly bypass: readonly string[];
  /** A model server on this machine is not asked through a proxy that the environment names. */
  readonly bypassLoopback: boolean;
}

/** Reads the proxy variables once; `undefined` when none is set. Lower-case names go first, as in curl. */
export function proxyFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? "";
  const https = read("HTTPS_PROXY");
  const http = read("HTTP_PROXY");
  if (https === "" && http === "") return undefined;
  return {
    http: http === "" ? undefined : readProxy(http, "HTTP_PROXY"),
    https: https === "" ? undefined : readProxy(https, "HTTPS_PROXY"),
    bypass: read("NO_PROXY")
      .split(/[\s,]+/)
      .filter((rule) => rule !== "")
      .map((rule) => rule.toLowerCase()),
    bypassLoopback: true,
  };
}

/** One proxy for everything. */
export function proxyForAll(url: string): ProxySettings {
  const proxy = readProxy(url, "proxy");
  return { http: proxy, https: proxy, bypass: [], bypassLoopback: false };
}

/** The proxy for a URL, unless `NO_PROXY` names its host. */
export function proxyFor(settings: ProxySettings, url: URL): ProxyServer | undefined {
  const proxy = url.protocol === "https:" ? settings.https : settings.http;
  if (proxy === undefined) return undefined;
  const hostname = bareHost(url.hostname);
  if (settings.bypassLoopback && LOOPBACK.test(hostname)) return undefined;
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return settings.bypass.some((rule) => matches(rule, hostname, port)) ? undefined : proxy;
}

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** `*`, a name (which covers its subdomains, with or without a leading dot or `*.`), an address; each may name a port. */
function matches(rule: string, hostname: string, port: string): boolean {
  if (rule === "*") return true;
  const [, bracketed, plain, rulePort] = /^(?:\[(.+)\]|(.+?))(?::(\d+))?$/.exec(rule) ?? [];
  // An IPv6 address without brackets has colons of its own and no port.
  const isAddress = bracketed === undefined && rule.split(":").length > 2;
  const name = isAddress ? rule : (bracketed ?? plain ?? "").replace(/^\*?\./, "");
  if (!isAddress && rulePort !== undefined && rulePort !== port) return false;
  return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
}

function readProxy(text: string, origin: string): ProxyServer {
  const address = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "") {
    const shown = url === undefined ? "the value" : JSON.stringify(`${url.protocol}//${url.host}`);
    throw new ValueError(
      `${origin}: ${shown} is not the address of an HTTP proxy. Use http://host:port, or switch proxies off with proxy: false.`,
    );
  }
  const secure = url.protocol === "https:";
  const user = `${unescape(url.username)}:${unescape(url.password)}`;
  return {
    secure,
    hostname: bareHost(url.hostname),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    authorization: user === ":" ? undefined : `Basic ${Buffer.from(user, "utf8").toString("base64")}`,
  };
}

/** A password with a bare `%` is taken as it stands. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
