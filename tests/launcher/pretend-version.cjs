"use strict";

/* Preloaded into a launcher under test: the process says that it is another Node. */
Object.defineProperty(process.versions, "node", { value: process.env.PRETEND_NODE_VERSION });
delete process.env.PRETEND_NODE_VERSION;
