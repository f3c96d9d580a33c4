/** Learning from what users advise. Experimental. */
export { MemoryBank, type Memo, type MemoryBankConfig } from "./memory-bank.ts";
export { MemoryController, type MemoryControllerConfig, type MemoryControllerOptions } from "./memory-controller.ts";
