"""Writes fixtures/public-names.json: every name that autogen-core and autogen-agentchat export. `--check` compares."""

from __future__ import annotations

import quiet  # noqa: F401  (first: sets up the process)

import argparse
import importlib
import pkgutil
from types import ModuleType

import autogen_agentchat
import autogen_core
from golden import Golden


def public_modules(package: ModuleType) -> list[str]:
    """The package and the modules below it whose path has no underscore; not the generated ones of gRPC."""
    found = [package.__name__]
    found += [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [name for name in found if not any(part.startswith("_") or part == "protos" for part in name.split("."))]


def names_of(module: str) -> list[str]:
    """What `from module import *` gives; for a module without `__all__`, what it defines itself."""
    loaded = importlib.import_module(module)
    exported = getattr(loaded, "__all__", None)
    if exported is not None:
        return sorted(exported)
    return sorted(
        name for name in dir(loaded) if not name.startswith("_") and getattr(getattr(loaded, name), "__module__", None) == module
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    golden = Golden(parser.parse_args().check)
    names = [
        f"{module}.{name}"
        for package in (autogen_core, autogen_agentchat)
        for module in public_modules(package)
        for name in names_of(module)
    ]
    golden.add("fixtures/public-names.json", names)
    return golden.finish(["fixtures/public-names.json"])


if __name__ == "__main__":
    raise SystemExit(main())
