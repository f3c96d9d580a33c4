"""Settings every script needs before AutoGen is imported: no warnings or logs, no keys, no network, no stray files."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings


def prepare() -> None:
    """Hides warnings and logs, gives the clients a key to construct with, and works in an empty temporary folder."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ["AUTOGEN_DISABLE_RUNTIME_TRACING"] = "true"
    for name in ("OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        os.environ[name] = "unused"
    os.chdir(tempfile.mkdtemp(prefix="interop-"))


prepare()
