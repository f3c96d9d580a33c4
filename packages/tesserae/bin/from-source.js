"use strict";

/* The child process of a command in a clone: `node --conditions=source from-source.js ENTRY ARGUMENTS…`. */

var path = require("path");

var LOOK_MS = 1000;

/** A launcher that is killed can pass nothing on: its child sees that it has gone, and ends as if it was told to. */
function endWithLauncher() {
  var launcher = process.ppid;
  var timer = setInterval(function () {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  timer.unref();
}

endWithLauncher();
var entry = process.argv[2];
process.argv.splice(2, 1);
void require("./load.js").load(path.join(__dirname, "..", "src", entry + ".ts"));
