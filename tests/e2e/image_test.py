"""A tree as a container image: each blob has the digest in its name, files are where Lambda's images have them, podman runs it."""
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile

import support


def blob(layout, descriptor):
    return (layout / "blobs/sha256" / descriptor["digest"].removeprefix("sha256:")).read_bytes()


def parsed(layout, descriptor):
    return json.loads(blob(layout, descriptor))


class Image(support.Case):
    def setUp(self):
        super().setUp()
        self.tree = self.folder / "tree"
        support.write_tree(self.tree, {"handler.py": "def handler(event, context):\n    return 'here'\n", "lib/tool.so.1": "\x7fELF",
                                       "deep/er/" + "n" * 150 + ".txt": "a name that the old form of headers has no room for"})
        (self.tree / "lib/tool.so").symlink_to("tool.so.1")
        (self.tree / "lib/tool.so.1").chmod(0o755)

    def pack(self, *options, output="image", **environment):
        return self.run_ok("pack", self.tree, "--image", "-o", self.folder / output, *options, cwd=self.folder, **environment)

    def image(self, name="image"):
        layout = self.folder / name
        [described] = json.loads((layout / "index.json").read_text())["manifests"]
        manifest = parsed(layout, described)
        return layout, described, manifest, parsed(layout, manifest["config"])

    def base(self, name="base", architecture="amd64"):
        """Makes a layout as skopeo copies it from a registry: an index in an index, with another processor's image first."""
        layout = self.folder / name
        (layout / "blobs/sha256").mkdir(parents=True)

        def put(content, media_type, **more):
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            name = hashlib.sha256(data).hexdigest()
            (layout / "blobs/sha256" / name).write_bytes(data)
            return {"mediaType": media_type, "digest": "sha256:" + name, "size": len(data), **more}

        def made(architecture):
            archive = io.BytesIO()
            with tarfile.open(fileobj=archive, mode="w") as tar:
                tar.addfile(tarfile.TarInfo("etc-" + architecture))
            config = put({"architecture": architecture, "os": "linux", "config": {"Entrypoint": ["/lambda-entrypoint.sh"],
                                                                               "Env": ["LAMBDA_TASK_ROOT=/var/task"]},
                          "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(archive.getvalue()).hexdigest()]}},
                         "application/vnd.oci.image.config.v1+json")
            layer = put(gzip.compress(archive.getvalue()), "application/vnd.oci.image.layer.v1.tar+gzip")
            return put({"schemaVersion": 2, "config": config, "layers": [layer]}, "application/vnd.oci.image.manifest.v1+json",
                       platform={"architecture": architecture, "os": "linux"})

        inner = put({"schemaVersion": 2, "manifests": [made("s390x"), made(architecture)]}, "application/vnd.oci.image.index.v1+json")
        (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [inner]}))
        (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        return layout

    def assert_sound(self, layout):
        for path in (layout / "blobs/sha256").iterdir():
            self.assertEqual(support.digest(path), path.name)
        self.assertEqual(sorted(path.name for path in layout.iterdir()), ["blobs", "index.json", "oci-layout"])
        self.assertEqual([path.name for path in (layout / "blobs").iterdir()], ["sha256"])

    def test_the_files_alone(self):
        finished = self.pack("--handler", "handler.handler", "--arch", "arm64", "--format", "json")
        layout, described, manifest, config = self.image()
        self.assert_sound(layout)
        self.assertEqual(finished.json["digest"], described["digest"])
        self.assertEqual(described["platform"], {"architecture": "arm64", "os": "linux"})
        self.assertEqual((config["architecture"], config["config"]["Cmd"], config["config"]["WorkingDir"]),
                         ("arm64", ["handler.handler"], "/var/task"))
        [layer] = manifest["layers"]
        self.assertEqual((finished.json["layers"], finished.json["compressed"]), (1, layer["size"]))
        archive = gzip.decompress(blob(layout, layer))
        self.assertEqual(config["rootfs"]["diff_ids"], ["sha256:" + hashlib.sha256(archive).hexdigest()])
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            members = {member.name: member for member in tar}
            self.assertEqual(tar.extractfile("var/task/handler.py").read(), (self.tree / "handler.py").read_bytes())
        self.assertEqual(list(members)[:3], ["var", "var/task", "var/task/deep"])
        self.assertIn("var/task/deep/er/" + "n" * 150 + ".txt", members)
        self.assertEqual({(member.uid, member.gid, member.mtime) for member in members.values()}, {(0, 0, 315532800)})
        self.assertEqual((members["var/task/lib/tool.so.1"].mode, members["var/task/handler.py"].mode), (0o755, 0o644))
        self.assertEqual(members["var/task/lib/tool.so"].linkname, "tool.so.1")

    def test_over_a_base(self):
        base = self.base()
        self.pack("--base", base, "--handler", "handler.handler")
        layout, _, manifest, config = self.image()
        self.assert_sound(layout)
        self.assertEqual(len(manifest["layers"]), 2)
        self.assertEqual(len(config["rootfs"]["diff_ids"]), 2)
        self.assertEqual(config["config"]["Entrypoint"], ["/lambda-entrypoint.sh"])
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(layout, manifest["layers"][0])))) as tar:
            self.assertEqual(tar.getnames(), ["etc-amd64"])

    def test_same_bytes(self):
        self.pack("-j", "1", TZ="Asia/Tokyo")
        for path in self.tree.rglob("*"):
            if not path.is_symlink():
                os.utime(path, (1e9, 1e9))
        # Once in place of the first image, which was a layout, and once beside it.
        first = self.image()[1]["digest"]
        self.pack("-j", "2", LC_ALL="C")
        self.pack(output="another")
        self.assertEqual({first, self.image()[1]["digest"], self.image("another")[1]["digest"]}, {first})
        self.pack(output="dated", SOURCE_DATE_EPOCH="1000000000")
        self.assertEqual(self.image("dated")[3]["created"], "2001-09-09T01:46:40Z")

    def refused(self, *texts, output="image", options=()):
        before = sorted(path.name for path in self.folder.iterdir())
        finished = self.run_program("pack", self.tree, "--image", "-o", self.folder / output, *options, cwd=self.folder)
        self.assert_refused(finished, 3)
        for text in texts:
            self.assertIn(text, finished.stderr)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before)

    def test_what_is_refused(self):
        support.write_tree(self.folder / "mine", {"letter.txt": "dear"})
        self.refused("something that is not an image layout", output="mine")
        self.assertEqual((self.folder / "mine/letter.txt").read_text(), "dear")
        self.refused("not an OCI image layout", "skopeo", options=["--base", self.folder / "mine"])
        base = self.base(architecture="arm64")
        self.refused("no image for linux/amd64", options=["--base", base])
        # First a damaged blob, then a missing one.
        self.pack("--base", base, "--arch", "arm64")
        digest = self.image()[1]["digest"]
        layer = base / "blobs/sha256" / self.image()[2]["layers"][0]["digest"].removeprefix("sha256:")
        layer.write_bytes(b"other")
        self.refused("do not have the digest in its name", options=["--base", base, "--arch", "arm64"])
        layer.unlink()
        self.refused(layer.name, options=["--base", base, "--arch", "arm64"])
        self.assertEqual(self.image()[1]["digest"], digest, "the earlier image is gone")
        (self.tree / "dangling").symlink_to("nowhere")
        self.refused("dangling", "leads to nothing")

    def test_podman_runs_it(self):
        image = support.container_image()
        base = self.folder / "runtime"
        subprocess.run(["podman", "save", "--quiet", "--format", "oci-dir", "--output", base, image], check=True, capture_output=True)
        self.pack("--base", base, "--handler", "handler.handler")
        # Podman makes the image's name from the path, and a random folder name is not always valid: lbundle-e2e._x is not.
        pulling = subprocess.run(["podman", "pull", "--quiet", "oci:image"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(pulling.returncode, 0, pulling.stderr)
        pulled = pulling.stdout.strip()
        self.addCleanup(subprocess.run, ["podman", "rmi", "--force", pulled], capture_output=True)
        said = subprocess.run(["podman", "--runtime", "runc", "run", "--rm", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
                               "--network", "none", "--entrypoint", "python3.11", pulled, "-c",
                               "import os, sys; sys.path.insert(0, os.getcwd()); import handler; print(os.getcwd(), handler.handler({}, None))"],
                              capture_output=True, text=True)
        self.assertEqual(said.stdout, "/var/task here\n", said.stderr)


if __name__ == "__main__":
    support.main()
