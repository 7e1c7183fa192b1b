"""Where the Python that lbundle embeds lies in the source tree, for tests that import it as it is."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bundler/python/lbundle_scripts"
# The oldest Python that any of it must run on: rules/runtimes/python3.9.toml.
OLDEST = (3, 9)

# Imported as the interpreter of a runtime finds them: packages by their folder, single modules by theirs.
for folder in ("bundler/python", "bundler/sandbox"):
    sys.path.insert(0, str(ROOT / folder))


def embedded_files():
    """Every Python file that is embedded in the program."""
    files = []
    for pattern in ("bundler/**/*.py", "rules/**/*.py"):
        files += sorted(ROOT.glob(pattern))
    return files


def importable():
    """By folder of the path, the modules that are imported from it."""
    modules = []
    for folder in (ROOT / "bundler/python", ROOT / "bundler/sandbox", ROOT / "rules/system-libraries"):
        for file in sorted(folder.rglob("*.py")):
            name = ".".join(file.relative_to(folder).with_suffix("").parts)
            modules.append((folder, name[:-len(".__init__")] if name.endswith(".__init__") else name))
    return modules
