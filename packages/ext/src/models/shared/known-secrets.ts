import { MASKED_SECRET } from "@tesserae/core";
import { isSecretHeader } from "./secret-headers.ts";
import { urlSecrets } from "./secret-url.ts";

/** How many secrets are remembered: tokens that are renewed must not pile up. */
const MOST = 16;

/** How many causes of a cause are told. */
const DEEPEST = 8;

/** A short word, such as the `ollama` or `EMPTY` that keyless servers are given, is no secret; masked it would spoil messages. */
const WORD = /^(?:[a-z]{0,7}|.{0,3})$/i;

/** The secrets that a client has sent, to keep them out of what is told of the provider's answers. */
export class KnownSecrets {
  readonly #secrets = new Set<string>();

  /** Remembers what of a request is secret: the values of headers that hold keys, and the URL's password and query. */
  learn(headers: Readonly<Record<string, string>>, url: string): void {
    for (const [name, value] of Object.entries(headers)) {
      if (!isSecretHeader(name)) continue;
      // A provider may repeat the key without the scheme before it.
      this.#add(value.replace(/^(?:bearer|basic|token)\s+/i, ""));
    }
    if (/[?@]/.test(url)) for (const secret of urlSecrets(url)) this.#add(secret);
  }

  /** The text with every known secret masked. */
  mask(text: string): string {
    // The longest first: one may begin with another.
    const found = [...this.#secrets].filter((secret) => text.includes(secret)).sort((a, b) => b.length - a.length);
    return found.reduce((masked, secret) => masked.replaceAll(secret, MASKED_SECRET), text);
  }

  /** A cause as it is when it repeats no secret; else a plain copy of it with masked texts. */
  maskCause(cause: unknown, depth = 0): unknown {
    if (typeof cause === "string") return this.mask(cause);
    if (!(cause instanceof Error)) return cause;
    // Causes can go round in a circle.
    const inner = depth < DEEPEST ? this.maskCause(cause.cause, depth + 1) : undefined;
    const texts = [cause.message, cause.stack ?? "", ...Object.values(cause)];
    const clean = texts.every((text) => typeof text !== "string" || this.mask(text) === text);
    if (clean && inner === cause.cause) return cause;
    const copy = new Error(this.mask(cause.message), inner === undefined ? {} : { cause: inner });
    copy.name = cause.name;
    copy.stack = this.mask(cause.stack ?? "");
    const code: unknown = Reflect.get(cause, "code");
    return typeof code === "string" ? Object.assign(copy, { code: this.mask(code) }) : copy;
  }

  #add(secret: string): void {
    if (WORD.test(secret) || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    const [oldest] = this.#secrets;
    if (this.#secrets.size > MOST && oldest !== undefined) this.#secrets.delete(oldest);
  }
}
