"""A real OpenID provider (npm oidc-provider) on this machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
INSTALL_SECONDS = 180


def program(name: str) -> str | None:
    """Node's programs: the machine's own, or those of the wheel beside this Python."""
    beside = Path(sys.executable).parent / name
    return shutil.which(name) or (str(beside) if beside.exists() else None)


def cannot(reason: str):
    """Without the internet or Node there is nothing to test against; in CI that is a failure."""
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


def install() -> None:
    npm = program("npm")
    if npm is None or program("node") is None:
        cannot("no Node: an OpenID provider cannot be started")
    # npm writes this file last: what was broken off half-way is not taken for whole.
    if (HERE / "node_modules" / ".package-lock.json").exists():
        return
    done = subprocess.run(
        [npm, "ci", "--no-progress"], cwd=HERE, capture_output=True, timeout=INSTALL_SECONDS, check=False
    )
    if done.returncode != 0:
        cannot(f"npm could not install the OpenID provider: {done.stderr.decode()[-300:]}")


@pytest.fixture(scope="session")
def provider():
    """The issuer's address."""
    install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program("node"), "provider.mjs", str(port)]
    process = subprocess.Popen(
        command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        line = process.stdout.readline()
        assert line, "the OpenID provider ended before it answered"
        yield json.loads(line)["issuer"]
    finally:
        process.stdin.close()
        process.wait(10)


@pytest.fixture
def identity_provider(provider, settings):
    """The provider, named in the settings as config/settings.py does from the environment."""
    app = {
        "provider_id": "city",
        "name": "City sign-in",
        "client_id": "rostrum",
        "secret": "rostrum-secret",
        "settings": {"server_url": provider},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return provider


@pytest.fixture
def sign_in_there():
    """Walk through the provider's own pages as a person would; gives back the address it returns to."""

    def walk(address: str, who: str) -> str:
        with httpx.Client(follow_redirects=False, timeout=30) as browser:
            response = browser.get(address)
            for _ in range(12):
                if response.is_redirect:
                    target = response.headers["location"]
                    if "/sign-in/oidc/" in target:
                        return target
                    response = browser.get(response.url.join(target))
                    continue
                assert response.status_code == 200, response.text
                login = 'name="login"' in response.text
                form = {"prompt": "login", "login": who, "password": "x"} if login else {"prompt": "consent"}
                response = browser.post(response.url, data=form)
        raise AssertionError("the provider did not send the person back")

    return walk
