"use strict";

/* The child process of a command in a clone: `node --conditions=source from-source.js ENTRY ARGUMENTS…`. */

var path = require("path");

var entry = process.argv[2];
process.argv.splice(2, 1);
void require("./load.js").load(path.join(__dirname, "..", "src", entry + ".ts"));
