import { ModelCatalogue } from "@tesserae/wire/catalogue";
import type { Dialect, Upstream } from "../exchange.ts";
import { badRequest } from "./errors/relay-error.ts";

/** What decides about the upstream of a request. */
export interface UpstreamWish {
  /** From the path, and from `x-tessera-provider`. */
  readonly path: string | undefined;
  readonly header: string | undefined;
  readonly model: string;
  readonly dialect: Dialect;
}

/** The upstream, and the name by which it knows the model. */
export interface ChosenUpstream {
  readonly upstream: Upstream;
  readonly model: string;
}

const REMEMBERED = 500;

/** Finds the upstream of a request: path, header, `UPSTREAM/MODEL`, whoever makes the model, the dialect's first. */
export class UpstreamChooser {
  readonly #byId: ReadonlyMap<string, Upstream>;
  readonly #upstreams: readonly Upstream[];
  readonly #catalogue = new ModelCatalogue();
  /** By dialect and model: the upstream of whoever makes it. */
  readonly #owners = new Map<string, Upstream | undefined>();

  constructor(upstreams: readonly Upstream[]) {
    this.#upstreams = upstreams;
    this.#byId = new Map(upstreams.map((upstream) => [upstream.id, upstream]));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Throws 400 where no upstream fits, or the header names none, though the path may go before it. */
  choose(wish: UpstreamWish): ChosenUpstream {
    const { path, header, model, dialect } = wish;
    if (header !== undefined && !this.#byId.has(header))
      throw badRequest("x-tessera-provider names no upstream of this gateway.");
    const named = this.#byId.get(path ?? header ?? "");
    if (named !== undefined) return { upstream: named, model };
    const slash = model.indexOf("/");
    const prefixed = slash === -1 ? undefined : this.#byId.get(model.slice(0, slash));
    if (prefixed !== undefined) return { upstream: prefixed, model: model.slice(slash + 1) };
    const upstream = this.#ownerOf(model, dialect) ?? this.#firstOf(dialect);
    if (upstream === undefined) throw badRequest("The gateway has no upstream for this kind of request.");
    return { upstream, model };
  }

  #ownerOf(model: string, dialect: Dialect): Upstream | undefined {
    if (model === "") return undefined;
    const name = `${dialect} ${model}`;
    const known = this.#owners.get(name);
    if (known !== undefined || this.#owners.has(name)) return known;
    const candidates = this.#upstreams.filter((upstream) => speaks(upstream, dialect));
    // With one candidate there is nothing to choose, and the table of prices need not be read.
    const provider = candidates.length > 1 ? this.#catalogue.price(model)?.provider : undefined;
    const owner = candidates.find(
      (upstream) => provider !== undefined && (upstream.pricesOf ?? upstream.id) === provider,
    );
    if (this.#owners.size >= REMEMBERED) this.#owners.clear();
    this.#owners.set(name, owner);
    return owner;
  }

  #firstOf(dialect: Dialect): Upstream | undefined {
    const candidates = this.#upstreams.filter((upstream) => speaks(upstream, dialect));
    return candidates.find(({ id }) => id === dialect) ?? candidates[0];
  }
}

function speaks(upstream: Upstream, dialect: Dialect): boolean {
  return (upstream.kind === "anthropic") === (dialect === "anthropic");
}
