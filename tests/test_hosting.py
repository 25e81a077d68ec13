"""The folder on the web, served as the README says: right media types, and 304 for what did not change."""

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from feedgen_smm.cli import main
from feedgen_smm.feeds.formats import FORMATS
from tests.samples import page

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TYPES = {
    "": "text/html",
    **{row.file_name: row.media_type for row in FORMATS},
    "topics/tin/atom.xml": "application/atom+xml",
    "topics/tin/rss.xml": "application/rss+xml",
    "archive/atom-1.xml": "application/atom+xml",
    "archive/rss-1.xml": "application/rss+xml",
    "archive/tin/atom-1.xml": "application/atom+xml",
    "archive/tin/rss-1.xml": "application/rss+xml",
}
NGINX = """
daemon off; user {user}; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; include /etc/nginx/mime.types;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; {block} }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
{block}
}}
"""


def shown(language: str) -> str:
    """The README's block in a language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return str(block)


def build() -> None:
    """A build into the folder that is served."""
    options = ["-o", "www", "--base-url", "https://example.org/smm/", "--limit", "1"]
    assert CliRunner().invoke(main, ["build", "pages", *options], catch_exceptions=False).exit_code == 0


@contextmanager
def served(program: str, *arguments: str, port: int) -> Iterator[None]:
    """While a server runs."""
    with subprocess.Popen([program, *arguments], stderr=subprocess.DEVNULL, env={"HOME": str(Path.cwd())}) as server:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            server.terminate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, name: str, headers: Mapping[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
    """What the server answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/smm/{name}", headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.fixture(params=["nginx", "caddy"])
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """The port of a server that serves the folder as the README says."""
    program = shutil.which(request.param) or shutil.which(request.param, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    Path("pages").mkdir()
    for day in (3, 4, 5):
        Path(f"pages/{day}.txt").write_bytes(page(f"Tin on day {day}", f"Published: Mar {day}, 2025 09:30"))
    build()
    number = free_port()
    block = shown(request.param).replace("/srv/www/smm", str(tmp_path / "www"))
    configuration = tmp_path / "server.conf"
    text = {"nginx": NGINX, "caddy": CADDY}[request.param].format(
        folder=tmp_path, port=number, block=block, user=getpass.getuser()
    )
    configuration.write_text(text, encoding="utf-8")
    tmp_path.chmod(0o755)
    arguments = {
        "nginx": ["-c", str(configuration), "-p", str(tmp_path)],
        "caddy": ["run", "--adapter", "caddyfile", "--config", str(configuration)],
    }
    with served(program, *arguments[request.param], port=number):
        yield number


def test_media_types(port: int) -> None:
    """Each file has its own type and UTF-8, and may be fetched by scripts of other sites."""
    for name, media_type in TYPES.items():
        answer, body = get(port, name)
        assert (answer.status, answer.headers["Content-Type"].lower()) == (200, f"{media_type}; charset=utf-8")
        assert answer.headers["Cache-Control"] == "max-age=300"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert body == Path("www", name or "index.html").read_bytes()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_did_not_change_is_not_sent_again(port: int, encoding: str) -> None:
    """Tag and date stay the same after a build that changed nothing; a changed file is sent."""
    name, accepts = "rss.xml", {"Accept-Encoding": encoding}
    first, _ = get(port, name, accepts)
    by_tag = {"If-None-Match": first.headers["ETag"], **accepts}
    by_date = {"If-Modified-Since": first.headers["Last-Modified"], **accepts}
    build()
    assert [get(port, name, asked)[0].status for asked in (by_tag, by_date)] == [304, 304]
    time.sleep(1.1)  # a server's dates are of whole seconds
    Path("pages/6.txt").write_bytes(page("Tin on day 6", "Published: Mar 6, 2025 09:30"))
    build()
    for asked in (by_tag, by_date):
        answer, body = get(port, name, asked)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
        assert body


def installed(folder: Path) -> dict[str, str]:
    """An environment in which the command is on the path, and pip has nothing to do."""
    folder.mkdir()
    for name, does in {"pip": "true", "feedgen-smm": f'exec {sys.executable} -m feedgen_smm "$@"'}.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def run(step: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """A step, as the code host's machine runs it."""
    return subprocess.run(["bash", "-e", "-c", step], cwd=folder, env=environment, check=False, capture_output=True)


def test_a_failed_build_stops_the_steps_and_a_faulty_page_does_not(tmp_path: Path) -> None:
    """Else old feeds would be published as new ones."""
    steps = yaml.safe_load(shown("yaml"))["jobs"]["publish"]["steps"]
    (build_step,) = [step["run"] for step in steps if "feedgen-smm build" in step.get("run", "")]
    environment = installed(tmp_path / "bin")
    Path("seeds").mkdir()
    Path("seeds/a.txt").write_bytes(page())
    Path("seeds/b.txt").write_bytes(b"No article.\n")
    assert run(build_step, tmp_path, environment).returncode == 0
    Path("feedgen-smm.toml").write_text('limit = "50"\n', encoding="utf-8")
    assert run(build_step, tmp_path, environment).returncode != 0


def test_the_steps_for_a_code_host(tmp_path: Path) -> None:
    """They are YAML, and what they run keeps the record from one checkout to the next."""
    steps = yaml.safe_load(shown("yaml"))["jobs"]["publish"]["steps"]
    origin, work = tmp_path / "origin.git", tmp_path / "work"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", origin], check=True)
    subprocess.run(["git", "clone", "--quiet", origin, work], check=True, stderr=subprocess.DEVNULL)
    (work / "seeds").mkdir()
    (work / "seeds/a.txt").write_bytes(page())
    person = ["-c", "user.name=a", "-c", "user.email=a@localhost"]
    subprocess.run(["git", "add", "seeds"], cwd=work, check=True)
    subprocess.run(["git", *person, "commit", "--quiet", "--message", "Save a page"], cwd=work, check=True)
    environment = installed(tmp_path / "bin")
    for _ in range(2):
        subprocess.run(["git", "checkout", "--quiet", "-B", "main"], cwd=work, check=True)
        for step in steps:
            if "run" in step:
                run(step["run"], work, environment).check_returncode()
        subprocess.run(["git", "push", "--quiet", "origin", "main"], cwd=work, check=True)
        again = tmp_path / "again"
        shutil.rmtree(work)
        subprocess.run(["git", "clone", "--quiet", origin, again], check=True)
        again.rename(work)
    log = subprocess.run(["git", "log", "--format=%s"], cwd=work, check=True, capture_output=True, encoding="utf-8")
    assert set(log.stdout.splitlines()) == {"Build feeds", "Save a page"}
    assert (work / ".feedgen-smm/record.sqlite3").is_file()
    assert [step["with"]["path"] for step in steps if "upload" in step.get("uses", "")] == ["output"]
