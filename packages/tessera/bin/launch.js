"use strict";

/*
 * Starts a command of this package on a Node that can run it. Old syntax on purpose: an old Node must get far enough
 * to say what is wrong.
 *
 * Installed from npm, the command runs in this process from `dist`. In a clone of the repository it runs from the
 * sources in a child process, because the export condition `source` can only be set when a process starts; when the
 * running Node is too old, the child is the Node that the repository pins.
 */

var fs = require("fs");
var path = require("path");

var MINIMUM = [22, 19];
var PACKAGE = path.join(__dirname, "..");
var ROOT = path.join(PACKAGE, "..", "..");
var SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGBREAK"];
/* What a terminal sends to every process of the foreground group: the child has it already. */
var FROM_TERMINAL = ["SIGINT", "SIGQUIT", "SIGHUP", "SIGBREAK"];

/** True when `version` ("22.19.0") is one that the packages support. */
function isSupported(version) {
  var parts = version.split(".");
  var major = Number(parts[0]);
  return major > MINIMUM[0] || (major === MINIMUM[0] && Number(parts[1]) >= MINIMUM[1]);
}

/** The `package.json` of the workspace when this file lies in a clone of the repository, else null. */
function readWorkspace() {
  try {
    var manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
    return manifest.name === "tesserae-workspace" ? manifest : null;
  } catch (_error) {
    return null;
  }
}

/** The pinned Node of the clone: npm installs, of the platform packages, only the one that fits this machine. */
function findPinnedNode(workspace) {
  var names = Object.keys(workspace.optionalDependencies || {});
  for (var i = 0; i < names.length; i += 1) {
    var folder = path.join(ROOT, "node_modules", names[i], "bin");
    var files = [path.join(folder, "node"), path.join(folder, "node.exe")];
    for (var j = 0; j < files.length; j += 1) if (fs.existsSync(files[j])) return files[j];
  }
  return null;
}

function fail(message) {
  process.stderr.write(path.basename(PACKAGE) + ": " + message + "\n");
  process.exitCode = 1;
}

function tooOld(advice) {
  fail("Node " + MINIMUM.join(".") + " or later is needed, this is " + process.versions.node + ". " + advice);
}

function hasTerminal() {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

/** Runs `node args` in place of this process: same streams, its exit code or signal becomes ours. */
function replaceWith(node, args, onMissing) {
  var terminal = hasTerminal();
  var child = require("child_process").spawn(node, args, { stdio: "inherit" });
  var handlers = {};

  SIGNALS.forEach(function (signal) {
    handlers[signal] = function () {
      if (!(terminal && FROM_TERMINAL.indexOf(signal) !== -1)) child.kill(signal);
    };
    try {
      process.on(signal, handlers[signal]);
    } catch (_error) {
      /* The platform does not know this signal. */
    }
  });

  function release() {
    SIGNALS.forEach(function (signal) {
      process.removeListener(signal, handlers[signal]);
    });
  }

  child.on("error", function (error) {
    release();
    onMissing(error);
  });
  child.on("exit", function (code, signal) {
    /* At once: a signal that comes now must not change the exit code of a child that has ended. */
    if (signal === null) process.exit(code);
    release();
    process.kill(process.pid, signal);
  });
}

/** Runs `src/<entry>.ts` in a clone, `dist/<entry>.js` elsewhere, with the arguments of this process. */
function launch(entry) {
  var workspace = readWorkspace();
  var supported = isSupported(process.versions.node);
  if (workspace === null) {
    if (!supported) return tooOld("Install one from https://nodejs.org and run the command again.");
    return require("./load.js").load(path.join(PACKAGE, "dist", entry + ".js"));
  }

  var node = supported ? process.execPath : findPinnedNode(workspace);
  var advice = "Run `npm install` in the repository to get the Node it pins, or install one from https://nodejs.org.";
  if (node === null) return tooOld(advice);
  var args = ["--conditions=source", path.join(__dirname, "from-source.js"), entry].concat(process.argv.slice(2));
  return replaceWith(node, args, function (error) {
    if (supported) fail("cannot start " + node + ": " + error.message);
    else tooOld("The pinned Node does not start on this machine (" + error.message + "). Install one yourself.");
  });
}

module.exports = { isSupported: isSupported, launch: launch };
