"""ci/reference: Markdown as roff, and what it says of a key."""
import importlib.machinery
import importlib.util
import pathlib
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "ci/reference"
loader = importlib.machinery.SourceFileLoader("reference", str(SCRIPT))
reference = importlib.util.module_from_spec(importlib.util.spec_from_loader("reference", loader))
loader.exec_module(reference)


class Roff(unittest.TestCase):
    def test_paragraphs_have_a_sentence_a_line(self):
        self.assertEqual(reference.roff_of("One is here. Two\nfollows.\n\nThree.\n"), ["One is here.", "Two follows.", ".PP", "Three."])

    def test_what_roff_would_read_is_escaped(self):
        self.assertEqual(reference.inline(".a"), "\\&.a")
        self.assertEqual(reference.inline("a-b \\ c"), "a\\-b \\e c")

    def test_code_is_bold_if_it_is_typed(self):
        self.assertEqual(reference.inline("`--level` of `lbundle build` in `[prune]`"),
                         "\\fB\\-\\-level\\fR of \\fBlbundle build\\fR in \\fI[prune]\\fR")
        self.assertEqual(reference.inline("see **REPAIR** and [that](page.md)"), "see \\fBREPAIR\\fR and that")

    def test_lists(self):
        self.assertEqual(reference.roff_of("- one\n  more\n- two\n"), [".IP \\(bu 2", "one more", ".IP \\(bu 2", "two"])
        self.assertEqual(reference.roff_of("1. one\n2. two\n"), [".IP 1. 4", "one", ".IP 2. 4", "two"])
        self.assertEqual(reference.roff_of("- `a`, `b`: Text.\n\n  More.\n"), [".TP", "\\fIa\\fR, \\fIb\\fR", "Text.", ".IP", "More."])

    def test_examples_keep_their_lines(self):
        self.assertEqual(reference.roff_of("Text:\n\n```toml\n[a]\n\n.b = 1\n```\n"), ["Text:", ".PP", ".EX", "[a]", "", "\\&.b = 1", ".EE"])


class Keys(unittest.TestCase):
    def test_types(self):
        self.assertEqual(reference.type_of({"type": "integer", "minimum": 1, "maximum": 9}), "a whole number from 1 to 9")
        self.assertEqual(reference.type_of({"type": "boolean"}), "true or false")
        self.assertEqual(reference.type_of({"type": ["string", "array"]}), "a string or a list of strings")

    def test_a_row(self):
        node = {"type": "string", "enum": ["a", "b"], "description": "What.", "default": "a", "x-since": "1.0.0",
                "x-taplo": {"docs": {"enumValues": ["one", "two"]}}}
        self.assertEqual(reference.row("key", node, False),
                         '| `key` | one of `"a"`, `"b"` | `"a"` | 1.0.0 | What. `"a"`: one; `"b"`: two. |')

    def test_tables_and_their_examples(self):
        schema = {"definitions": {}, "properties": {"outer": {"description": "O.", "properties": {
            "n": {"type": "integer", "examples": [3]},
            "inner": {"type": "array", "description": "I.", "items": {"required": ["t"], "properties": {"t": {"examples": ["x"]}}}}}}}}
        outer, inner = reference.tables_of(schema)
        self.assertEqual((outer.title, outer.example()), ("[outer]", "[outer]\nn = 3\n"))
        self.assertEqual((inner.title, inner.needed, inner.example()), ("[[outer.inner]]", {"t"}, '[[outer.inner]]\nt = "x"\n'))

    def test_lists_of_names_follow_the_folder(self):
        text = '{\n  "enum": [\n    "old"\n  ],\n  "x-names-of": "rules/runtimes"\n}'
        self.assertIn('"python3.9",\n    "python3.10"', reference.with_names(text).replace("      ", "    "))


if __name__ == "__main__":
    unittest.main()
