"""docs/operating/settings.md lists every variable that the settings read, and none that they do not."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
OF_THE_COMMANDS = {"PORT", "CHROMIUM"}


def test_every_variable_is_listed():
    read = set(re.findall(r"""\benv\.\w+\(\s*"(\w+)\"""", (PROJECT / "imi_portal" / "settings.py").read_text()))
    listed = set(re.findall(r"^\| `(\w+)`", (PROJECT / "docs" / "operating" / "settings.md").read_text(), re.MULTILINE))
    assert len(read) > 20
    assert read == listed - OF_THE_COMMANDS
