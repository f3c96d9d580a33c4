/** A stand-in for Redis, so that the examples run everywhere: hashes, in memory, without the search module. */
import { createServer, type Socket } from "node:net";

/** Where the stand-in listens. */
export interface ExampleRedis {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts one on a port that the system chose. */
export async function startExampleRedis(): Promise<ExampleRedis> {
  const hashes = new Map<string, Map<string, Buffer>>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let command = readCommand(received); command !== undefined; command = readCommand(received)) {
        received = received.subarray(command.length);
        socket.write(answer(hashes, command.args));
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

/** A command is a list of texts, each after its length: `*2\r\n$4\r\nPING\r\n$1\r\nx\r\n`. */
function readCommand(bytes: Buffer): { readonly args: readonly Buffer[]; readonly length: number } | undefined {
  let at = 0;
  const number = (): number | undefined => {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const value = Number(bytes.toString("utf8", at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  const args: Buffer[] = [];
  for (let index = 0; index < (count ?? 0); index += 1) {
    const length = number();
    if (length === undefined || bytes.length < at + length + 2) return undefined;
    args.push(bytes.subarray(at, at + length));
    at += length + 2;
  }
  return count === undefined ? undefined : { args, length: at };
}

function answer(hashes: Map<string, Map<string, Buffer>>, [name, ...args]: readonly Buffer[]): Buffer {
  const [key = "", ...rest] = args.map(String);
  switch (String(name).toUpperCase()) {
    case "HSET": {
      const hash = hashes.get(key) ?? new Map<string, Buffer>();
      for (const [index, field] of rest.entries()) if (index % 2 === 0) hash.set(field, args[index + 2] ?? Buffer.of());
      hashes.set(key, hash);
      return Buffer.from(":1\r\n");
    }
    case "HMGET":
      return list(rest.map((field) => text(hashes.get(key)?.get(field))));
    case "SCAN": {
      const beginning = (rest[1] ?? "").replace(/\*$/, "");
      const found = Array.from(hashes.keys()).filter((one) => one.startsWith(beginning));
      return list([text("0"), list(found.map(text))]);
    }
    case "UNLINK":
      for (const one of [key, ...rest]) hashes.delete(one);
      return Buffer.from(":1\r\n");
    case "CLIENT":
    case "PING":
      return Buffer.from("+OK\r\n");
    default:
      return Buffer.from(`-ERR unknown command '${String(name)}'\r\n`);
  }
}

function text(value: string | Buffer | undefined): Buffer {
  if (value === undefined) return Buffer.from("$-1\r\n");
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}

function list(parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts]);
}
