/** A web site on this machine, for examples that surf. */
import { once } from "node:events";
import { createServer } from "node:http";

/** A site that is served. */
export interface LocalSite {
  /** Its host and port. */
  readonly host: string;
  readonly url: string;
  close(): void;
}

/** Serves pages by their path. */
export async function localSite(pages: Readonly<Record<string, string>>): Promise<LocalSite> {
  const server = createServer((request, response) => {
    const page = pages[(request.url ?? "/").replace(/\?.*$/, "")];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "<title>Not found</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { host, url: `http://${host}/`, close };
}
