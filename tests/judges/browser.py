"""Pages as a browser has them, Chromium without a window; without it the tests that ask for it skip."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_RESULT = re.compile(r'<pre id="the-result">(.*?)</pre>', re.DOTALL)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def dump(page: Path, *, width: int = 1280, dark: bool = False) -> str:
    """The page's document, as HTML, after whatever it does was done."""
    program = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("chromium is not installed")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--window-size={width},900",
    ]
    options += ["--blink-settings=preferredColorScheme=0"] if dark else []
    result = subprocess.run(
        [
            program,
            *options,
            f"--user-data-dir={page.parent / 'profile'}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return result.stdout


def evaluate(page: Path, scratch: Path, *scripts: str, **options: Any) -> Any:  # noqa: ANN401 - what the script says
    """What the last of the scripts, an expression, comes to in the page; a promise is waited for.

    They run in a copy of the page without its policy, which forbids scripts.
    """
    *first, last = scripts
    show = (
        "(async () => { const result = await (%s);"
        " const shown = document.createElement('pre'); shown.id = 'the-result';"
        " shown.textContent = JSON.stringify(result); document.body.append(shown); })()"
    )
    added = "".join(f"<script>{script}</script>" for script in (*first, show % last))
    copy = scratch / "page.html"
    copy.write_text(
        _POLICY.sub("", page.read_text(encoding="utf-8")).replace("</body>", f"{added}</body>"), encoding="utf-8"
    )
    found = _RESULT.findall(dump(copy, **options))
    return json.loads(unescape(found[-1]))
