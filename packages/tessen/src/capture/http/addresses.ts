import { modelEndpoint, type Endpoint } from "../classify.ts";
import type { HostCatalogue } from "./host-catalogue.ts";

/** What there is to know of a URL. */
export interface Address {
  readonly url: string;
  readonly host: string;
  /** Without its query. */
  readonly path: string;
  /** The provider behind the host, or that such an address tells; undefined where neither does. */
  readonly provider: string | undefined;
  /** What a POST to it asks of a model; undefined when it asks nothing of one. */
  readonly endpoint: Endpoint | undefined;
}

const REMEMBERED = 1000;

/** Addresses by their URL: a program calls few, over and over. */
export class Addresses {
  readonly #hosts: HostCatalogue;
  readonly #known = new Map<string, Address>();

  constructor(hosts: HostCatalogue) {
    this.#hosts = hosts;
  }

  of(url: string): Address {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    const parsed = URL.parse(url);
    const host = parsed?.host ?? "";
    const path = parsed?.pathname ?? url;
    const listed = host === "" ? undefined : this.#hosts.providerOf(host);
    const isNamed = listed !== undefined && listed !== "custom";
    const address = {
      url,
      host,
      path,
      provider: !isNamed && parsed !== null && isAzure(parsed) ? "azure_openai" : listed,
      endpoint: modelEndpoint("POST", path),
    };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(url, address);
    return address;
  }
}

/** Azure's form of OpenAI's addresses, which is also what stands in front of Azure has. */
function isAzure({ pathname, searchParams }: URL): boolean {
  return (
    pathname.includes("/openai/deployments/") || (pathname.includes("/openai/") && searchParams.has("api-version"))
  );
}
