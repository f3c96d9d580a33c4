import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isRawObject } from "@tesserae/wire";
import { GatewayError } from "../config/gateway-error.ts";
import { readCacheKey } from "../config/read-cache-key.ts";
import type { Settings } from "../config/settings.ts";
import { readPepper } from "../keys/pepper.ts";
import { openLedger } from "../ledger/ledger.ts";
import { ExactCache } from "../mechanics/exact-cache/exact-cache.ts";
import { openPrices } from "../prices/price-list.ts";
import { openStore, type Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { fulfil } from "../wishes/fulfil.ts";
import { WishTable } from "../wishes/wish-table.ts";
import type { Wish } from "../wishes/wish.ts";
import { type CommonOptions, settingsOf, withStore } from "./common-options.ts";
import { tell } from "./output.ts";

/** A gateway looks for wishes every two seconds. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 100;

/**
 * Has a wish fulfilled: by the gateway that has the database open, else in this process. Gives the answer.
 *
 * @throws GatewayError `ERR_INVALID_STATE` where the gateway does not answer.
 */
export async function fulfilled(options: CommonOptions, wish: Wish): Promise<Readonly<Record<string, unknown>>> {
  const { settings } = settingsOf(options);
  const store = openAsWriter(settings);
  const text = store === undefined ? await askGateway(options, wish) : await fulfilHere(store, settings, wish);
  const answer: unknown = JSON.parse(text);
  if (!isRawObject(answer)) throw new GatewayError("ERR_INVALID_STATE", "The gateway has not answered.");
  if (typeof answer["error"] === "string")
    throw new GatewayError("ERR_INVALID_STATE", `It cannot be done: ${answer["error"]}.`);
  return answer;
}

/** `undefined` where a gateway has the database open. */
function openAsWriter({ store }: Settings): Store | undefined {
  try {
    return openStore(store.path);
  } catch (error) {
    if (error instanceof StoreError && error.code === "ERR_STORE_LOCKED") return undefined;
    throw error;
  }
}

async function fulfilHere(store: Store, settings: Settings, wish: Wish): Promise<string> {
  try {
    const encryptionKey = readCacheKey(settings.cache.encryptionKeyEnv, process.env);
    const signingKey = process.env[settings.ledger.signingKeyEnv];
    const place = { variable: settings.auth.pepperEnv, environment: process.env, databasePath: store.path };
    const secret = createHmac("sha256", readPepper(place)).update("tessera-cache-v1").digest();
    const ledger = openLedger({
      store,
      prices: openPrices({ store }),
      anchors: settings.ledger.anchors,
      onTrouble: tell,
      ...(signingKey === undefined || signingKey === "" ? {} : { signingKey }),
    });
    const { maxBytes } = settings.cache;
    const exactCache = new ExactCache({ store, maxBytes, secret, encryptionKey });
    try {
      return await fulfil(wish, { ledger, exactCache });
    } finally {
      exactCache.close();
      // Whoever ends well seals what there is.
      await ledger.close();
    }
  } finally {
    store.close();
  }
}

async function askGateway(options: CommonOptions, wish: Wish): Promise<string> {
  return await withStore(options, async (store) => {
    const wishes = new WishTable(store);
    const number = wishes.add(wish);
    try {
      for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
        const answer = wishes.answerTo(number);
        if (answer !== undefined) return answer;
        await setTimeout(LOOK_MS);
      }
    } finally {
      wishes.remove(number);
    }
    throw new GatewayError(
      "ERR_INVALID_STATE",
      `The gateway that has the database open has not answered in ${PATIENCE_MS / 1000} s.`,
    );
  });
}
