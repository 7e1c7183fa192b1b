"""Asks whether the registry that pip or npm is set to can be reached. Prints its URL at once, and then the answer as JSON.

Arguments: "pip" or "npm"; the time limit in seconds; and, for pip, an index that a list of requirements names. The URL has no
password. The object: `reachable`; `said`, what the server or the network said. Every answer of a server below 500 shows that it can be reached:
pip may know a password that this program does not know.
"""
import base64
import configparser
import importlib.util
import json
import os
import pathlib
import ssl
import urllib.error
import urllib.parse
import urllib.request

PYPI = "https://pypi.org/simple"
NPM = "https://registry.npmjs.org"


def files_of_pip(environment):
    """pip's files of settings, the weakest first. Source: pip's documentation, "Configuration"."""
    if environment.get("PIP_CONFIG_FILE") == os.devnull:
        return []
    home = pathlib.Path(environment.get("HOME") or "/")
    config = pathlib.Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    files = [pathlib.Path(folder) / "pip/pip.conf" for folder in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":") if folder]
    files += [pathlib.Path("/etc/pip.conf"), home / ".pip/pip.conf", config / "pip/pip.conf"]
    if environment.get("PIP_CONFIG_FILE"):
        files.append(pathlib.Path(environment["PIP_CONFIG_FILE"]))
    return files


def settings_of_pip(environment, files):
    """pip's own settings, by their names: "index-url", "cert", "proxy", "trusted-host"."""
    found = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install", "download"):
            if parser.has_section(section):
                found.update(parser.items(section))
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def settings_of_npm(environment, files):
    """npm's settings. Source: npm's documentation, "npmrc" and "config"."""
    found = {}
    for file in files:
        try:
            lines = pathlib.Path(file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        for line in lines:
            name, equals, value = line.partition("=")
            if equals and not line.lstrip().startswith(("#", ";")):
                found[name.strip()] = os.path.expandvars(value.strip().strip("\"'"))
    for name, value in environment.items():
        if name.lower().startswith("npm_config_") and value:
            found[name[11:].lower().replace("_", "-")] = value
    return found


def files_of_npm(environment):
    home = pathlib.Path(environment.get("HOME") or "/")
    return ["/etc/npmrc", environment.get("npm_config_userconfig") or home / ".npmrc", ".npmrc"]


def without_password(url):
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def context_for(url, settings, environment):
    """Trusts the certificates that pip and npm would trust."""
    host = urllib.parse.urlsplit(url).hostname or ""
    if host in settings.get("trusted-host", "").split() or settings.get("strict-ssl") == "false":
        return ssl._create_unverified_context()
    context = ssl.create_default_context()
    bundles = [settings.get("cert"), settings.get("cafile"), environment.get("REQUESTS_CA_BUNDLE"), environment.get("NODE_EXTRA_CA_CERTS")]
    pip = importlib.util.find_spec("pip")
    if pip is not None and pip.origin:
        bundles.append(str(pathlib.Path(pip.origin).parent / "_vendor/certifi/cacert.pem"))
    for bundle in bundles:
        if bundle and os.path.isfile(bundle):
            context.load_verify_locations(bundle)
    return context


def ask(url, page, settings, environment, seconds):
    """Returns whether a server answered, and what was said. Only the answer's head is read."""
    proxies = {"http": settings["proxy"], "https": settings["proxy"]} if settings.get("proxy") else None
    try:
        request = urllib.request.Request(without_password(url).rstrip("/") + page, headers={"User-Agent": "lbundle"})
        secret, at, _ = urllib.parse.urlsplit(url).netloc.rpartition("@")
        if at:
            request.add_header("Authorization", "Basic " + base64.b64encode(urllib.parse.unquote(secret).encode()).decode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies),
                                             urllib.request.HTTPSHandler(context=context_for(url, settings, environment)))
        with opener.open(request, timeout=seconds) as answer:
            return True, "status %d" % answer.status
    except urllib.error.HTTPError as error:
        return error.code < 500 and error.code != 407, "status %d %s" % (error.code, error.reason)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return False, str(getattr(reason, "strerror", None) or reason)


def main(arguments):
    tool, seconds = arguments[0], float(arguments[1])
    if tool == "pip":
        settings = settings_of_pip(os.environ, files_of_pip(os.environ))
        url = (arguments[2] if len(arguments) > 2 else "") or settings.get("index-url") or PYPI
        page = "/pip/"
    else:
        settings = settings_of_npm(os.environ, files_of_npm(os.environ))
        url = settings.get("registry") or NPM
        page = "/-/ping"
    print(without_password(url), flush=True)
    reachable, said = ask(url, page, settings, os.environ, seconds)
    print(json.dumps({"reachable": reachable, "said": said}))
    return 0
