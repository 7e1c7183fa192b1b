"""Input that `lbundle pack` cannot pack: it reports a clear error, and the earlier zip stays unchanged."""
import os
import shutil
import socket
import subprocess
import time

import support


class BadInput(support.Case):
    def setUp(self):
        super().setUp()
        self.tree = self.folder / "tree"
        support.write_tree(self.tree, {"handler.py": "x = 1\n", "pkg/text": "text " * 2000})
        self.out = self.folder / "out" / "a.zip"
        self.run_ok("pack", "tree", "-o", self.out, cwd=self.folder)
        self.before = support.digest(self.out)
        # The cache does not contain this text, so lbundle must pack it again.
        (self.tree / "pkg/text").write_text("other " * 2000)

    def assert_pack_refused(self, *texts, output=None, status=3, **environment):
        finished = self.run_program("pack", "tree", "-o", output or self.out, cwd=self.folder, **environment)
        self.assert_refused(finished, status, *texts)
        self.assert_earlier_stands()
        return finished

    def assert_earlier_stands(self):
        self.assertEqual(support.digest(self.out), self.before)
        self.assertEqual(os.listdir(self.out.parent), ["a.zip"])

    def test_a_file_that_may_not_be_read(self):
        if os.getuid() != 0:
            support.skip("only root may become another user")
        secret = self.tree / "pkg/secret"
        secret.write_text("x")
        secret.chmod(0)
        for path in (self.folder, self.out.parent):
            path.chmod(0o777)
        program = self.folder / "lbundle"
        shutil.copy(support.PROGRAM, program)
        cache = self.folder / "cache"
        cache.mkdir(mode=0o777)
        cache.chmod(0o777)
        finished = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program, "pack",
                                   self.tree, "-o", self.out], env=self.environment(LBUNDLE_CACHE=cache, TMPDIR=cache),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(finished.returncode, 3, finished.stderr)
        self.assertIn("lbundle: cannot read '%s': Permission denied" % secret, finished.stderr)
        self.assert_earlier_stands()

    def test_a_file_that_changes_while_it_is_read(self):
        # Large enough that lbundle is still packing when the file changes, and random, so that compression does not shorten it.
        block = os.urandom(1 << 20)
        with open(self.tree / "a-large", "wb") as file:
            for _ in range(160):
                file.write(block)
        process = self.start("pack", "tree", "-o", self.out, "-j", 1, cwd=self.folder)
        temporary = self.out.parent
        deadline = time.monotonic() + 60
        # lbundle makes the output's temporary file after it has scanned the tree.
        while len(os.listdir(temporary)) < 2 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        (self.tree / "pkg/text").write_text("changed meanwhile " * 2000)
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 3, stderr)
        self.assertIn("pkg/text': it changed while it was read", stderr)
        self.assert_earlier_stands()

    def test_links_that_lead_nowhere(self):
        for target, text in (("loop", "leads back to itself"), ("gone", "leads to nothing"), ("/etc/passwd", "is absolute"),
                             ("../../out", "leads out of the tree")):
            with self.subTest(target):
                os.symlink(target, self.tree / "loop")
                self.assert_pack_refused("loop", text, "hint: ")
                (self.tree / "loop").unlink()

    def test_a_circle_of_folders(self):
        os.symlink("../b", self.tree / "pkg/a")
        os.symlink("pkg/a", self.tree / "b")
        self.assert_pack_refused("leads back to itself")

    def test_a_socket(self):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(self.tree / "socket"))
            self.assert_pack_refused("socket", "is neither a file, a folder nor a symbolic link")

    def test_a_name_with_a_backslash(self):
        (self.tree / "pkg\\module.py").write_text("x")
        self.assert_pack_refused("pkg\\module.py", "backslash", "hint: ")

    def test_a_full_disk(self):
        (self.tree / "noise").write_bytes(os.urandom(3_000_000))
        with support.SmallDisk(self.folder / "small", "1m") as disk:
            shutil.copy(self.out, disk / "a.zip")
            finished = self.run_program("pack", "tree", "-o", disk / "a.zip", cwd=self.folder)
            self.assert_refused(finished, 3, "a.zip", "No space left on device", "hint: ")
            self.assertEqual(support.digest(disk / "a.zip"), self.before)
            self.assertEqual(os.listdir(disk), ["a.zip"])

    def test_an_output_folder_that_is_missing_is_made(self):
        self.run_ok("pack", "tree", "-o", "new/deeper/a.zip", cwd=self.folder)
        self.assertTrue((self.folder / "new/deeper/a.zip").exists())
        self.assert_pack_refused("Not a directory", output=self.out / "below/a.zip")

    def test_an_output_folder_that_is_read_only(self):
        with support.SmallDisk(self.folder / "small", "1m") as disk:
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            finished = self.run_program("pack", "tree", "-o", disk / "a.zip", cwd=self.folder)
            self.assert_refused(finished, 3, "a.zip", "Read-only file system")

    def test_an_output_that_is_a_link(self):
        link = self.folder / "link.zip"
        os.symlink("out/a.zip", link)
        os.symlink("loop", self.tree / "loop")
        self.assert_pack_refused("loop", output=link)
        (self.tree / "loop").unlink()
        self.run_ok("pack", "tree", "-o", link, cwd=self.folder)
        self.assertEqual(os.readlink(link), "out/a.zip")
        self.assertNotEqual(support.digest(self.out), self.before)

    def test_an_output_that_links_to_itself(self):
        os.symlink("circle.zip", self.folder / "circle.zip")
        self.assert_pack_refused("circle.zip", "symbolic links", output=self.folder / "circle.zip")


class Large(support.Case):
    def test_a_sparse_file_over_four_gigabytes(self):
        """Each file comes back byte for byte, with other programs too."""
        size = (4 << 30) + 12345
        path = self.folder / "tree/large"
        path.parent.mkdir()
        with open(path, "wb") as file:
            file.truncate(size)
            file.seek(3 << 30)
            file.write(b"in the middle")
            file.seek(size - 3)
            file.write(b"end")
        self.run_ok("pack", "tree", "-o", "a.zip", "--pack-level", "fast", cwd=self.folder)
        path.unlink()
        self.assertLess((self.folder / "a.zip").stat().st_size, 10_000_000)
        with subprocess.Popen(["unzip", "-p", self.folder / "a.zip", "large"], stdout=subprocess.PIPE) as process:
            seen, done = {}, 0
            for block in iter(lambda: process.stdout.read(1 << 22), b""):
                if block.strip(b"\0"):
                    start = len(block) - len(block.lstrip(b"\0"))
                    seen[done + start] = block[start:].rstrip(b"\0")
                done += len(block)
        self.assertEqual(process.returncode, 0)
        self.assertEqual((done, seen), (size, {3 << 30: b"in the middle", size - 3: b"end"}))


if __name__ == "__main__":
    support.main()
