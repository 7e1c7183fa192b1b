"""Each command except build: its result, its exit status, and its message when it fails."""
import json
import os
import pathlib
import subprocess
import warnings
import zipfile

import support

COMMANDS = ["build", "stage", "trace", "pack", "check", "verify", "diff", "why", "cache"]


class CommandLine(support.Case):
    def test_help_everywhere(self):
        text = self.run_ok("--help", cwd=self.folder).stdout
        for command in COMMANDS:
            self.assertIn(command, text)
            help_text = self.run_ok(command, "--help", cwd=self.folder).stdout
            for option in ("--format", "--color", "--verbose", "--quiet", "--jobs", "--help", "--version"):
                self.assertIn(option, help_text, command)
            self.assertEqual(self.run_ok(command, "-h", cwd=self.folder).stdout, help_text)

    def test_version_everywhere(self):
        text = self.run_ok("--version", cwd=self.folder).stdout
        self.assertRegex(text, r"^lbundle \d+\.\d+\.\d+\n")
        for library in ("libzip", "libdeflate", "LIEF", "zstd", "toml++", "OpenSSL", "CLI11"):
            self.assertRegex(text, library.replace("+", r"\+") + r" \d")
        for command in COMMANDS:
            self.assertEqual(self.run_ok(command, "--version", cwd=self.folder).stdout, text)

    def test_wrong_usage(self):
        for arguments, text in (([], "--help"), (["bild"], "'build'"), (["build", "--levle", "trace"], "'--level'"),
                                (["build", "--level", "deep"], "none|package|reach|trace"), (["build", "-j", "0"], "0"),
                                (["build", "-j", "many"], "many"), (["pack", "tree"], "--output"), (["check"], "ZIP"),
                                (["why"], "PATH"), (["build", "one", "two"], "two"), (["build", "--", "x"], "--"),
                                (["trace", "--", "true"], "-o LOG"), (["trace", "-o", "log"], "--"),
                                (["build", "--format", "yaml"], "json|text")):
            finished = self.run_program(*arguments, cwd=self.folder)
            self.assert_refused(finished, 2, text, "hint: ")

    def test_a_closed_stdout_is_told(self):
        folder = self.project()
        read_end, write_end = os.pipe()
        os.close(read_end)
        finished = subprocess.run([support.PROGRAM, "--version"], stdout=write_end, stderr=subprocess.PIPE, text=True,
                                  env=self.environment(), cwd=folder)
        os.close(write_end)
        self.assertEqual(finished.returncode, 3)
        self.assertIn("cannot write 'stdout'", finished.stderr)

    def test_a_full_stdout_is_told(self):
        with open("/dev/full", "w") as full:
            finished = subprocess.run([support.PROGRAM, "--version"], stdout=full, stderr=subprocess.PIPE, text=True,
                                      env=self.environment(), cwd=self.folder)
        self.assertEqual(finished.returncode, 3)
        self.assertIn("No space left on device", finished.stderr)


class Stage(support.Case):
    def test_tree_is_the_unshrunk_one(self):
        folder = self.project()
        before = support.snapshot(folder, without=support.OUTPUTS)
        result = self.run_ok("stage", "--format", "json", cwd=folder).json
        tree = folder / ".lbundle/staged"
        self.assertEqual(pathlib.Path(result["tree"]).resolve(), tree.resolve())
        for name in ("handler.py", "greeting/unused.py", "greeting/table.txt", "greeting-1.0.dist-info/METADATA"):
            self.assertTrue((tree / name).is_file(), name)
        files = [path for path in tree.rglob("*") if path.is_file()]
        self.assertEqual(result["files"], len(files))
        self.assertEqual(result["unzipped"], sum(path.stat().st_size for path in files))
        self.assert_untouched(folder, before)

    def test_what_was_changed_in_it_by_hand_is_mended(self):
        folder = self.project()
        self.run_ok("stage", cwd=folder)
        table = folder / ".lbundle/staged/greeting/table.txt"
        table.write_text("by hand\n")
        self.run_ok("stage", cwd=folder)
        self.assertEqual(table.read_text(), support.GREETING["greeting/table.txt"])


class Trace(support.Case):
    def test_events(self):
        folder = self.project()
        result = self.run_ok("trace", "--format", "json", cwd=folder).json
        self.assertEqual([event["name"] for event in result["events"]], ["train-morning", "train-twice"])
        self.assertTrue(result["complete"])
        self.assertGreater(result["kinds"]["opened"], 2)
        self.assertIn("train-morning", self.run_ok("trace", cwd=folder).stdout)

    def test_any_command(self):
        support.write_tree(self.folder / "tree", {"read.txt": "text", "not.txt": "text"})
        log = self.folder / "log.jsonl"
        finished = self.run_program("trace", "--root", "tree", "-o", "log.jsonl", "--", "sh", "-c",
                                    "cat tree/read.txt; exit 5", cwd=self.folder)
        self.assertEqual((finished.status, finished.stdout), (5, "text"), "it ends as the command does")
        records = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertEqual((records[0]["format"], records[-1]["t"]), ("lbundle-access", "end"))
        opened = {record["path"] for record in records if record.get("kind") == "opened"}
        self.assertIn(str((self.folder / "tree/read.txt").resolve()), opened)
        self.assertFalse([path for path in opened if "not.txt" in path or not path.startswith(str(self.folder.resolve()))])

    def test_a_signal_of_the_command_is_its_own(self):
        finished = self.run_program("trace", "-o", "log", "--", "sh", "-c", "yes | head -n 1; kill -USR1 $$",
                                    cwd=self.folder)
        self.assertIn(finished.status, (128 + 10, -10), finished)
        self.assertEqual(finished.stdout, "y\n")

    def test_options_behind_the_separator_are_the_commands(self):
        finished = self.run_ok("trace", "-o", "log", "--", "echo", "--help", "-v", cwd=self.folder)
        self.assertEqual(finished.stdout, "--help -v\n")

    def test_what_cannot_be_traced_is_named(self):
        finished = self.run_program("trace", "--root", "gone", "-o", "log", "--", "true", cwd=self.folder)
        self.assert_refused(finished, 3, "gone", "No such file")
        finished = self.run_program("trace", "-o", "log", "--", "no-such-program", cwd=self.folder)
        self.assertNotEqual(finished.status, 0)
        self.assertIn("no-such-program", finished.stderr)
        finished = self.run_program("trace", "-o", "no/folder/log", "--", "true", cwd=self.folder)
        self.assertNotEqual(finished.status, 0)
        self.assertIn("no/folder/log", finished.stderr)


class Pack(support.Case):
    def test_same_bytes_from_anywhere(self):
        tree = {"b.txt": "text " * 1000, "a/run.sh": "#!/bin/sh\n", "a/noise": os.urandom(1000), "é": "x", "empty": ""}
        digests = set()
        for index, (where, umask, jobs, zone) in enumerate(
                (("one", 0o022, 1, "UTC"), ("two/deeper", 0o077, 2, "Asia/Tokyo"), ("three", 0o000, 2, "America/Lima"))):
            before = os.umask(umask)
            names = sorted(tree, reverse=index % 2 == 0)
            support.write_tree(self.folder / where, {name: tree[name] for name in names})
            (self.folder / where / "a/run.sh").chmod(0o755 if index != 1 else 0o711)
            os.symlink("../b.txt", self.folder / where / "a/link")
            os.utime(self.folder / where / "b.txt", (index * 10**9, index * 10**9))
            self.run_ok("pack", self.folder / where, "-o", self.folder / "out.zip", "-j", jobs, cwd=self.folder, TZ=zone,
                        LBUNDLE_CACHE=self.folder / ("cache%d" % index))
            os.umask(before)
            digests.add(support.digest(self.folder / "out.zip"))
        self.assertEqual(len(digests), 1)
        with zipfile.ZipFile(self.folder / "out.zip") as package:
            self.assertIsNone(package.testzip())
            modes = {entry.filename: entry.external_attr >> 16 for entry in package.infolist()}
        self.assertEqual(modes["a/run.sh"], 0o100755)
        self.assertEqual(modes["b.txt"], 0o100644)
        self.assertEqual(modes["a/link"] & 0o170000, 0o120000)

    def test_levels(self):
        support.write_tree(self.folder / "tree", {"text": "".join("%d " % (i * i) for i in range(30000))})
        sizes = [self.run_ok("pack", "tree", "-o", "out.zip", "--pack-level", level, "--format", "json",
                             cwd=self.folder).json["zipped"] for level in ("max", "best", "fast")]
        self.assertEqual(sizes, sorted(sizes))
        self.assertLess(sizes[0], sizes[2])

    def test_root_written_in_any_way(self):
        support.write_tree(self.folder / "tree", {"a/f": "x"})
        for cwd, root in ((self.folder, "tree/"), (self.folder, "./tree"), (self.folder / "tree", "."),
                          (self.folder / "tree/a", "..")):
            self.run_ok("pack", root, "-o", self.folder / "out.zip", cwd=cwd)
            with zipfile.ZipFile(self.folder / "out.zip") as package:
                self.assertEqual([name for name in package.namelist() if not name.endswith("/")], ["a/f"], root)

    def test_what_no_zip_may_hold(self):
        support.write_tree(self.folder / "tree", {"f": "x"})
        os.mkfifo(self.folder / "tree/pipe")
        self.assert_refused(self.run_program("pack", "tree", "-o", "out.zip", cwd=self.folder), 3, "pipe", "hint: ")
        self.assertFalse((self.folder / "out.zip").exists())
        self.assert_refused(self.run_program("pack", "gone", "-o", "out.zip", cwd=self.folder), 3, "gone")


class Check(support.Case):
    def make_zip(self, path, files, method=zipfile.ZIP_STORED):
        with zipfile.ZipFile(path, "w", method) as package:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100644 << 16
                entry.compress_type = method
                package.writestr(entry, content)
        return path

    def findings(self, finished):
        return {finding["code"]: finding for finding in finished.json["findings"] if finding["severity"] == "error"}

    def test_too_large_zipped(self):
        path = self.make_zip(self.folder / "large.zip", {"noise": os.urandom(53_000_000)})
        finished = self.run_program("check", path, "--format", "json", cwd=self.folder)
        self.assertEqual(finished.status, 1, finished)
        (finding,) = self.findings(finished).values()
        self.assertNotEqual(finding["hint"], "")
        text = self.run_program("check", path, cwd=self.folder)
        self.assertEqual(text.status, 1)
        self.assertIn(finding["message"], text.stdout)

    def test_too_large_unzipped(self):
        path = self.make_zip(self.folder / "large.zip", {"zeros%d" % index: bytes(53_000_000) for index in range(5)},
                             zipfile.ZIP_DEFLATED)
        finished = self.run_program("check", path, "--format", "json", cwd=self.folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertEqual(finished.json["unzipped"], 265_000_000)
        self.assertEqual(len(self.findings(finished)), 1)

    def test_the_projects_own_limits_hold(self):
        folder = self.project(project_file=support.PROJECT_FILE + '\n[limits]\nupload = "s3"\n')
        self.make_zip(folder / "large.zip", {"handler.py": support.HANDLER, "noise": os.urandom(53_000_000)})
        self.run_ok("check", "large.zip", cwd=folder)

    def test_fits(self):
        self.make_zip(self.folder / "small.zip", {"handler.py": "x = 1\n"})
        self.assertEqual(self.findings(self.run_ok("check", "small.zip", "--format", "json", cwd=self.folder)), {})

    def test_a_file_that_lambda_may_not_read(self):
        with zipfile.ZipFile(self.folder / "closed.zip", "w") as package:
            package.writestr("handler.py", "x = 1\n")  # with mode 0600
        finished = self.run_program("check", "closed.zip", "--format", "json", cwd=self.folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertEqual([finding["path"] for finding in self.findings(finished).values()], ["handler.py"])

    def test_no_zip(self):
        support.write_tree(self.folder, {"text.zip": "this is no zip at all"})
        self.assertIn("text.zip", self.run_program("check", "text.zip", cwd=self.folder).stderr)
        self.assert_refused(self.run_program("check", "gone.zip", cwd=self.folder), 3, "gone.zip")


class Diff(support.Case):
    def test_what_grew_is_named(self):
        support.write_tree(self.folder, {"old/greeting/a.txt": "a" * 100, "new/greeting/a.txt": "a" * 900})
        for name in ("old", "new"):
            self.run_ok("pack", name, "-o", name + ".zip", cwd=self.folder)
        self.assertIn("a.txt", self.run_ok("diff", "old.zip", "new.zip", cwd=self.folder).stdout)
        self.assertEqual(self.run_ok("diff", "old.zip", "new.zip", "--format", "json", cwd=self.folder).json["schema"], 1)
        self.assert_refused(self.run_program("diff", "old.zip", "gone.zip", cwd=self.folder), 3, "gone.zip")


class Verify(support.Case):
    def test_good_zip(self):
        folder = self.project()
        self.build(folder)
        finished = self.run_ok("verify", "dist/greeter.zip", "--format", "json", cwd=folder)
        self.assertTrue(all(event["match"] for event in finished.json["events"]))

    def test_the_committed_log_stays_as_it_is(self):
        folder = self.project()
        self.build(folder)
        (folder / "lbundle.access.jsonl").unlink()
        self.run_ok("verify", "dist/greeter.zip", cwd=folder)
        self.assertFalse((folder / "lbundle.access.jsonl").exists(), "only build and trace write it")

    def test_zip_that_cannot_be_unpacked(self):
        folder = self.project()
        self.build(folder)
        with warnings.catch_warnings(), zipfile.ZipFile(folder / "dist/greeter.zip", "a") as package:
            warnings.simplefilter("ignore")  # the name is there already, which is the point
            package.writestr("handler.pyc", b"another")
        finished = self.run_program("verify", "dist/greeter.zip", "--format", "json", cwd=folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertIn("name-twice", [finding["code"] for finding in finished.json["findings"]])
        self.assertEqual((finished.json["events"], finished.json["match"]), ([], None))
        self.assertIn("no event ran", self.run_program("verify", "dist/greeter.zip", cwd=folder).stdout)

    def test_zip_that_lacks_a_file(self):
        folder = self.project(events={"train-morning": {"n": 1}, "train-none": {"n": 0, "times": 0}},
                              handler="def handler(event, context):\n    if event['times' if 'times' in event else 'n'] == 0:\n"
                                      "        return 0\n    import greeting\n    return greeting.words()\n")
        self.build(folder)
        with zipfile.ZipFile(folder / "dist/greeter.zip") as package, \
                zipfile.ZipFile(self.folder / "broken.zip", "w") as broken:
            for entry in package.infolist():
                if entry.filename != "greeting/table.txt":
                    broken.writestr(entry, package.read(entry))
        finished = self.run_program("verify", self.folder / "broken.zip", cwd=folder)
        self.assertEqual(finished.status, 1, finished)
        self.assertIn("train-morning", finished.stdout)
        self.assertIn("FileNotFoundError", finished.stdout)
        result = self.run_program("verify", self.folder / "broken.zip", "--format", "json", cwd=folder).json
        self.assertEqual({event["name"]: event["match"] for event in result["events"]},
                         {"train-morning": False, "train-none": True})

    def test_zip_that_is_none(self):
        folder = self.project(more={"text.zip": "this is no zip at all"})
        self.assert_refused(self.run_program("verify", "text.zip", cwd=folder), 3, "text.zip")
        self.assert_refused(self.run_program("verify", "gone.zip", cwd=folder), 3, "gone.zip")


class Why(support.Case):
    def test_before_any_build(self):
        self.assert_refused(self.run_program("why", "handler.py", cwd=self.project()), 3, "manifest", "hint: run `lbundle build`")

    def test_answers(self):
        folder = self.project()
        self.build(folder)

        def why(path, status=0):
            finished = self.run_program("why", path, cwd=folder)
            self.assertEqual(finished.status, status, finished)
            return finished.stdout

        kept = why("greeting/table.txt")
        for text in ("in the bundle", "opened", "train-morning", "greeting 1.0"):
            self.assertIn(text, kept)
        dropped = why("greeting/unused.py")
        self.assertIn("not in the bundle", dropped)
        self.assertIn("reason", dropped)
        self.assertIn("handler.pyc", why("handler.py"), "a name before and after")
        self.assertIn("unknown: neither staged nor", why("greeting/wrods.py", status=1))
        self.assertIn("greeting/words.py", why("greeting/wrods.py", status=1), "the nearest")
        answer = self.run_ok("why", "greeting/table.txt", "--format", "json", cwd=folder).json
        self.assertEqual((answer["verdict"], answer["package"]), ("keep", "greeting"))


if __name__ == "__main__":
    support.main()
