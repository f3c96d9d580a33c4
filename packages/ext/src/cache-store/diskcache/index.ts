export { DiskCacheStore, type DiskCacheStoreOptions } from "./disk-cache-store.ts";
