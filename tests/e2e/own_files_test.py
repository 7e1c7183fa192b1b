"""What beside a handler goes into the zip: never what lbundle itself reads or writes, never a secret unless it is allowed, and what
developers' tools leave there only if the function uses it."""
import json
import os
import subprocess
import zipfile

import support

PROJECT_FILE = """[function]
name = "own"
handler = "handler.handler"
runtime = "python3.11"
%s

[[event]]
files = "events/train-*.json"

[sandbox]
cold_starts = 0
"""

HANDLER = """import os


def handler(event, context):
    folder = os.path.dirname(os.path.abspath(__file__))
    if "file" in event:
        with open(os.path.join(folder, event["file"])) as opened:
            return opened.read()
    return 1
"""

LETTERS = "a1B2c3D4e5F6g7H8i9J0" * 6
KEY_BODY = ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 2 + "\n") * 6


def pem(label):
    return "-----BEGIN %s-----\n%s-----END %s-----\n" % (label, KEY_BODY, label)


# Files that hold a secret, by path, and what the error says of each.
SECRETS = {
    "UPPER.PEM": (pem("RSA PRIVATE KEY"), "a private key"),
    "deploy_key": (pem("OPENSSH PRIVATE KEY"), "a private key of OpenSSH"),
    "id_dsa": (pem("DSA PRIVATE KEY"), "a private key"),
    "server.ppk": ("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "a private key of PuTTY"),
    "private.asc": (pem("PGP PRIVATE KEY BLOCK"), "a private key of PGP"),
    "encrypted.key": (pem("ENCRYPTED PRIVATE KEY"), "an encrypted private key"),
    "store.jks": (b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1\0\0\0\1" + bytes(50), "a Java keystore with a key"),
    "x.keystore": (b"\xce\xce\xce\xce\0\0\0\2\0\0\0\1\0\0\0\1" + bytes(50), "a Java keystore with a key"),
    "cert.bin": (b"\x30\x82\x09\x01\x02\x01\x03\x30\x82\x08\xc7\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01" + bytes(50), "a PKCS #12 file"),
    "credentials": ("[default]\naws_access_key_id = AKIA%s\naws_secret_access_key = %s\n" % ("ABCDEFGHIJKLMNOP", LETTERS[:40]),
                    "an AWS secret access key"),
    "credentials.json": (json.dumps({"type": "service_account", "private_key": pem("PRIVATE KEY")}), "a key of a Google service account"),
    "token.txt": ("ghp_" + LETTERS[:36], "a GitHub token"),
    "settings.py": ("TOKEN = 'glpat-%s'\n" % LETTERS[:20], "a GitLab token"),
    "cluster.yaml": ("apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: %s\n" % LETTERS[:30], "a kubeconfig with credentials"),
}

# Files that tools leave; none of them is bundled.
JUNK = {
    ".env": "DEBUG=1\n", ".env.local": "A=1\n", "prod.env": "B=1\n", ".envrc": "export A=1\n", ".gitignore": "", ".github/workflows/ci.yml": "on: push\n",
    ".vscode/settings.json": "{}", "requirements-dev.txt": "pytest\n", "template.yaml": "Resources: {}\n", "samconfig.toml": "version = 0.1\n",
    "serverless.yml": "service: a\n", "Dockerfile": "FROM scratch\n", "terraform.tfstate": '{"version": 4, "terraform_version": "1.9.0"}',
    "terraform.tfvars": "a = 1\n", ".docker/config.json": '{"auths": {"r": {"auth": "%s"}}}' % LETTERS[:20], ".kube/config": "kind: Config\n",
    ".htpasswd": "me:$apr1$ab$%s\n" % LETTERS[:22], ".bash_history": "ls\n", ".npmrc": "//r/:_authToken=%s\n" % LETTERS[:30],
    "lbundle.baseline.json": "{}", "tests/test_handler.py": "import handler\n", "tests/data/big.json": "[]",
}


class OwnFiles(support.Case):
    def make(self, keys="", more=None, handler=HANDLER, events=None):
        folder = self.folder / "own"
        support.write_tree(folder, {"lbundle.toml": PROJECT_FILE % keys, "handler.py": handler})
        support.write_tree(folder, {"events/train-%s.json" % name: json.dumps(event)
                                    for name, event in (events or {"one": {}}).items()})
        support.write_tree(folder, more or {})
        return folder

    def names(self, folder):
        with zipfile.ZipFile(folder / "dist/own.zip") as package:
            return set(package.namelist())

    def findings(self, finished, code):
        return [finding for finding in finished.json["findings"] if finding["code"] == code]

    # Its own input and output.

    def test_built_again_the_zip_is_the_same(self):
        for source in ('source = ["**"]', "", 'source = ["handler.py"]\n[[source]]\nfrom = "."\nto = "all"'):
            with self.subTest(source):
                folder = self.make(source, {"words.txt": "words " * 5000})
                digests = set()
                for _ in range(3):
                    self.build(folder)
                    if not (folder / "latest.zip").is_symlink():
                        (folder / "latest.zip").symlink_to("dist/own.zip")
                    self.build(folder, "-o", "other.zip")
                    digests |= {support.digest(folder / "dist/own.zip"), support.digest(folder / "other.zip")}
                self.assertEqual(len(digests), 1)
                names = self.names(folder)
                for name in names:
                    self.assertFalse(os.path.basename(name).startswith(("own.", "other.", "latest", "lbundle.", "train-")), names)
                if source.startswith("source = [\"handler.py\"]\n"):
                    self.assertIn("all/words.txt", names)

    def test_redirected_output_is_not_bundled(self):
        folder = self.make('source = ["**"]')
        for number in range(2):
            with open(folder / "build.log", "w") as out, open(folder / "progress.log", "w") as progress:
                process = self.start_with(out, progress, "build", "-v", cwd=folder)
                self.assertEqual(process.wait(timeout=300), 0, (folder / "progress.log").read_text())
            self.assertEqual(self.names(folder) & {"build.log", "progress.log"}, set())

    def start_with(self, out, error, *arguments, cwd):
        return subprocess.Popen([support.PROGRAM, *arguments], cwd=cwd, env=self.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=error)

    # What no function needs.

    def test_junk_is_left_out_and_listed(self):
        folder = self.make("", JUNK)
        finished = self.build(folder, "--format", "json", "-v")
        self.assertEqual(self.names(folder), {"handler.pyc"})
        listed = self.findings(finished, "left-out")
        self.assertEqual(len(listed), 1, finished)
        manifest = json.loads((folder / "dist/own.manifest.json").read_text())
        decided = {entry["path"]: entry for entry in manifest["files"]} if isinstance(manifest["files"], list) else manifest["files"]
        for name in JUNK:
            if name.startswith("tests/"):
                continue
            if name.startswith("lbundle."):
                continue
            shown = name if name in decided or "/" not in name else name.split("/")[0] + "/"
            self.assertIn(shown, listed[0]["message"])
        self.assertEqual(manifest["left_out"][0], {"path": ".gitignore", "reason": "version control"})
        self.assertIn("Dockerfile", decided)
        self.assertIn("a description of a container", json.dumps(decided["Dockerfile"]))
        self.assertIn("rules/own-files.toml:", json.dumps(decided["Dockerfile"]))
        self.assertEqual(self.findings(finished, "secret-file"), [], "nothing secret would be bundled")
        self.assertIn("left out: .env.local", finished.stderr)
        folders = self.findings(finished, "folder-by-reach")
        self.assertEqual([finding["path"] for finding in folders], ["tests"])
        self.assertIn("variables of this machine", self.run_ok("why", ".env", cwd=folder).stdout)

    def test_what_an_event_opens_or_code_names_is_bundled(self):
        folder = self.make("", JUNK, events={"one": {"file": "Dockerfile"}},
                           handler=HANDLER + "NAMES = ['template.yaml', 'infra/samconfig.toml']\n")
        self.build(folder)
        self.assertEqual(self.names(folder), {"handler.pyc", "Dockerfile", "template.yaml", "samconfig.toml"})

    def test_keep_and_source_have_the_last_word(self):
        folder = self.make("", JUNK)
        self.build(folder, "--keep", "serverless.yml")
        self.assertEqual(self.names(folder), {"handler.pyc", "serverless.yml"})
        (folder / "lbundle.toml").write_text(PROJECT_FILE % 'source = ["*.py", "Dockerfile", "tests/**"]')
        self.build(folder)
        self.assertEqual(self.names(folder), {"handler.pyc", "Dockerfile", "tests/test_handler.pyc", "tests/data/big.json"})

    def test_folders_are_judged_by_reach(self):
        more = {"tests/__init__.py": "", "tests/used.py": "X = 1\n", "tests/unused.py": "import pytest\n",
                "templates/page.html": "<p>", "docs/guide.md": "#", "data/rows.json": "[]"}
        plain = "import os\n\n\ndef handler(event, context):\n    return os.sep\n"
        folder = self.make("", more, handler="from tests import used\n" + plain)
        self.build(folder)
        self.assertEqual(self.names(folder), {"handler.pyc", "tests/__init__.pyc", "tests/used.pyc", "data/rows.json"})
        (folder / "handler.py").write_text(plain + "FOLDER = os.path.join(os.path.dirname(__file__), 'templates')\n")
        self.build(folder)
        self.assertEqual(self.names(folder), {"handler.pyc", "templates/page.html", "data/rows.json"})

    # Secrets.

    def test_secrets_are_errors_and_are_never_printed(self):
        for name, (content, what) in SECRETS.items():
            with self.subTest(name):
                folder = self.make("", {name: content})
                finished = self.run_program("build", "--format", "json", cwd=folder)
                self.assertEqual(finished.status, 1, finished)
                found = self.findings(finished, "secret-file")
                self.assertEqual([(each["severity"], each["path"]) for each in found], [("error", name)], finished)
                self.assertIn(what, found[0]["message"])
                self.assertFalse((folder / "dist/own.zip").exists())
                shown = finished.stdout + finished.stderr
                for path in (folder / ".lbundle/rejected").iterdir():
                    if path.suffix != ".zip":
                        shown += path.read_text()
                self.assertNotIn(LETTERS[:20], shown)
                self.assertNotIn("MIIEvQIB", shown)
                (folder / name).unlink()

    def test_allowed_secrets_are_bundled(self):
        folder = self.make('allow_secrets = ["deploy_key", "certs/**"]', {"deploy_key": SECRETS["deploy_key"][0]})
        finished = self.build(folder, "--format", "json")
        self.assertIn("deploy_key", self.names(folder))
        self.assertEqual(self.findings(finished, "secret-file"), [])
        self.assertIn("certs/**", self.findings(finished, "unused-glob")[0]["message"])

    def test_certificates_public_keys_and_packages_are_no_secrets(self):
        support.make_wheel(self.folder / "own/wheels", "keys", "1.0", {"keys/__init__.py": "", "keys/test.pem": pem("PRIVATE KEY")})
        folder = self.make('requirements = "requirements.txt"', {
            "ca.pem": "-----BEGIN CERTIFICATE-----\n%s" % KEY_BODY, "id.pub": "ssh-ed25519 AAAA a@b\n", "pub.pem": pem("PUBLIC KEY"),
            "requirements.txt": "--no-index\n--find-links wheels\nkeys\n"}, handler="import keys\n" + HANDLER)
        finished = self.build(folder, "--format", "json", "--keep", "keys/test.pem")
        self.assertEqual(self.findings(finished, "secret-file"), [])
        self.assertLessEqual({"ca.pem", "id.pub", "pub.pem", "keys/test.pem"}, self.names(folder))

    def test_a_secret_that_is_dropped_is_no_error(self):
        folder = self.make("", {"token.txt": SECRETS["token.txt"][0]})
        finished = self.build(folder, "--drop", "token.txt", "--format", "json")
        self.assertNotIn("token.txt", self.names(folder))
        self.assertEqual(self.findings(finished, "secret-file"), [])


if __name__ == "__main__":
    support.main()
