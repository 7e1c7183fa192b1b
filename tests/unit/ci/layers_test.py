"""ci/layers on small trees: each kind of fault is found, and a right tree has none."""
import importlib.machinery
import importlib.util
import pathlib
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "ci/layers"
loader = importlib.machinery.SourceFileLoader("layers", str(SCRIPT))
layers = importlib.util.module_from_spec(importlib.util.spec_from_loader("layers", loader))
loader.exec_module(layers)

ROOMS = {"model": "", "zip": "model", "pipeline": "zip"}
PRIVATE = {"zip": "huffman"}
LIBRARIES = {"zip.h": "zip"}
TREE = {
    "bundler/model/path.hpp": "#pragma once\n",
    "bundler/zip/huffman.hpp": '#include "model/path.hpp"\n',
    "bundler/zip/writer.hpp": '#include "zip/huffman.hpp"\n#include <zip.h>\n',
    "bundler/pipeline.cpp": '#include "zip/writer.hpp"\n',
    "tracer/main.cpp": '#include "log.hpp"\n',
}


class Layers(unittest.TestCase):
    def faults(self, changes=None, rooms=None):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**TREE, **(changes or {})}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return layers.faults(root, rooms or ROOMS, PRIVATE, LIBRARIES)

    def test_a_right_tree(self):
        self.assertEqual(self.faults(), [])

    def test_an_include_upward(self):
        self.assertEqual(self.faults({"bundler/model/size.cpp": '#include "zip/writer.hpp"\n'}),
                         ["bundler/model/size.cpp: model may not include zip: zip/writer.hpp"])

    def test_an_include_of_a_private_file(self):
        self.assertEqual(self.faults({"bundler/pipeline.cpp": '#include "zip/huffman.hpp"\n'}),
                         ["bundler/pipeline.cpp: zip/huffman.hpp is private to zip"])

    def test_a_permission_that_nobody_uses(self):
        self.assertEqual(self.faults(rooms={**ROOMS, "pipeline": "model zip"}), ["ROOMS: no file of pipeline includes model"])

    def test_an_order_that_goes_both_ways(self):
        self.assertIn("ROOMS: model may include zip, which does not stand above it", self.faults(rooms={**ROOMS, "model": "zip"}))

    def test_a_library_in_a_second_room(self):
        self.assertEqual(self.faults({"bundler/model/size.cpp": "#include <zip.h>\n"}), ["bundler/model/size.cpp: zip.h belongs to zip"])

    def test_a_private_file_that_is_gone(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("PRIVATE: zip/huffman.hpp does not exist", layers.faults(pathlib.Path(folder), {}, PRIVATE, {}))

    def test_the_tracer_stands_alone(self):
        self.assertEqual(self.faults({"tracer/main.cpp": '#include "model/path.hpp"\n'}),
                         ["tracer/main.cpp: the tracer includes nothing of bundler/: model/path.hpp"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
