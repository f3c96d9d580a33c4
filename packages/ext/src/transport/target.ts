import { ValueError } from "@tesserae/core";
import { bareHost } from "./bare-host.ts";
import { proxyFor, type ProxyServer, type ProxySettings } from "./proxy.ts";

/** Where a URL leads: what a connection wants to know about it. */
export interface Target {
  readonly url: URL;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The request line's target: path and query, or the whole URL for a proxy without a tunnel. */
  readonly path: string;
  readonly host: string;
  readonly proxy: ProxyServer | undefined;
}

/** Reads the addresses of one transport. A model client asks the same one again and again: the last one is kept. */
export class TargetReader {
  readonly #proxies: ProxySettings | undefined;
  #text: string | undefined;
  #target: Target | undefined;

  constructor(proxies: ProxySettings | undefined) {
    this.#proxies = proxies;
  }

  /** What a URL leads to; `ValueError` when it is none that can be asked. */
  read(text: string): Target {
    if (this.#target === undefined || text !== this.#text) {
      this.#target = readTarget(text, this.#proxies);
      this.#text = text;
    }
    return this.#target;
  }
}

/** Reads a URL; `ValueError` when it is none that can be asked. */
export function readTarget(text: string, proxies: ProxySettings | undefined): Target {
  const url = parseUrl(text);
  const secure = url.protocol === "https:";
  const proxy = proxies === undefined ? undefined : proxyFor(proxies, url);
  const absolute = proxy !== undefined && !secure;
  const path = `${url.pathname}${url.search}`;
  return {
    url,
    secure,
    hostname: bareHost(url.hostname),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    path: absolute ? `${url.origin}${path}` : path,
    host: url.host,
    proxy,
  };
}

/** `ValueError` unless the text is an absolute `http:` or `https:` URL without user and password. */
export function parseUrl(text: string): URL {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new ValueError(`The address ${JSON.stringify(text)} is not an absolute http: or https: URL.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new ValueError(`The address of ${url.host} must not hold a user or a password. Send them in a header.`);
  }
  return url;
}
