"""Packages made at random that come to a file or module of theirs in a legal way, for ways_test.py.

Each maker takes a random.Random and the package's name, and returns a Way. A decoy is a file that nothing in the package can come to.
"""
import dataclasses


@dataclasses.dataclass
class Way:
    kind: str
    files: dict  # path: text, without the decoys
    use: str  # an expression; PKG is imported
    decoys: dict = dataclasses.field(default_factory=dict)
    settings: str = ""  # lines of the handler


def word(random, length=7):
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length))


# Where the module's folder is: (import, expression).
ANCHORS = [
    ("import os", "os.path.dirname(__file__)"),
    ("import os", "os.path.abspath(os.path.dirname(__file__))"),
    ("import os", "os.path.split(os.path.realpath(__file__))[0]"),
    ("from os.path import dirname as where", "where(__file__)"),
    ("from pathlib import Path", "Path(__file__).parent"),
    ("import pathlib", "pathlib.Path(__file__).resolve().parent"),
    ("from pathlib import Path", "str(Path(__file__).parent)"),
    ("import importlib.resources", "importlib.resources.files(__package__)"),
    ("from importlib import resources", "resources.files('PKG')"),
    ("", "__file__.rpartition('/')[0]"),
    ("import sys, os", "os.path.dirname(sys.modules[__name__].__file__)"),
    ("import inspect, os", "os.path.dirname(inspect.getfile(inspect.currentframe()))"),
]


def is_text(anchor):
    return not ("Path" in anchor or "files(" in anchor) or anchor.startswith("str(")


def joined(random, imports, folder, parts, text):
    """Returns an expression of folder/parts[0]/parts[1]…, and whether it is a text; `parts` are expressions. `text`: whether the folder is
    one. Adds to `imports`."""
    if not parts:
        return folder, text
    way = random.choice(["join", "plus", "slash of Path"] + ["f-string"] * ('"' not in folder + "".join(parts)) if text else ["slash", "joinpath", "join"])
    if way == "join":
        imports.add("import os")
        return "os.path.join(%s)" % ", ".join([folder] + parts), True
    if way == "plus":
        return " + '/' + ".join([folder] + parts), True
    if way == "f-string":
        return 'f"%s"' % "/".join("{%s}" % part for part in [folder] + parts), True
    if way == "joinpath":
        return "%s.joinpath(%s)" % (folder, ", ".join(parts)), False
    if way == "slash of Path":
        imports.add("from pathlib import Path")
        return " / ".join(["Path(%s)" % folder] + parts), False
    return " / ".join([folder] + parts), False


def composed(random, prefix, suffix):
    """Returns (expression of prefix + x + suffix with the variable x, value of x, text of the whole)."""
    value = word(random, 5)
    number = random.randint(1, 15)
    choices = [
        ("'%s' + x + '%s'" % (prefix, suffix), value, value),
        ("f'%s{x}%s'" % (prefix, suffix), value, value),
        ("'%s%%s%s' %% x" % (prefix, suffix), value, value),
        ("'%s%%s%s' %% (x,)" % (prefix, suffix), value, value),
        ("'%s%%(x)s%s' %% {'x': x}" % (prefix, suffix), value, value),
        ("'%s{}%s'.format(x)" % (prefix, suffix), value, value),
        ("'%s{0}%s'.format(x)" % (prefix, suffix), value, value),
        ("'%s{name!s}%s'.format(name=x)" % (prefix, suffix), value, value),
        ("'%s{0[x]}%s'.format({'x': x})" % (prefix, suffix), value, value),
        ("'%s%%03x%s' %% x" % (prefix, suffix), number, "%03x" % number),
        ("'%s%%04d%s' %% (x,)" % (prefix, suffix), number, "%04d" % number),
        ("f'%s{x:02d}%s'" % (prefix, suffix), number, "%02d" % number),
        ("'%s{:{}}%s'.format(x, '03d')" % (prefix, suffix), number, "%03d" % number),
        ("''.join(['%s', x, '%s'])" % (prefix, suffix), value, value),
        ("''.join(('%s', str(x), '%s'))" % (prefix, suffix), value, value),
        ("__import__('string').Template('%s${x}%s').substitute(x=x)" % (prefix, suffix), value, value),
        ("'%s@%s'.replace('@', x)" % (prefix, suffix), value, value),
        ("ALIASES.get(x, x).join(('%s', '%s'))" % (prefix, suffix), value, value),
    ]
    expression, given, text = random.choice(choices)
    return expression, given, prefix + text + suffix


def reading(random, imports, path, text):
    """Returns statements of a function that reads the file `path` in one of the usual ways."""
    if not text and random.random() < 0.3:
        return "    return (%s).read_text()\n" % path
    checks = ["", "    if not os.path.exists(path):\n        return 'nothing'\n", "    if not os.path.isfile(path):\n        return 'nothing'\n"]
    check = random.choice(checks)
    if check:
        imports.add("import os")
    return "    path = %s\n%s    with open(path) as file:\n        return file.read()\n" % (path, check)


def module_of(imports, constants, function):
    return "\n".join(sorted(each for each in imports if each)) + "\n\nALIASES = {'first': 'second'}\n" + constants + "\n\n" + function


def data_by_name(random, name):
    """A file in a folder below the package whose name the caller gives in part."""
    imports, constants = set(), ""
    line, folder = random.choice(ANCHORS)
    imports.add(line)
    text = is_text(folder)
    where = word(random)
    parts = [where] if random.random() < 0.5 else [where, word(random, 4)]
    expression, value, file_name = composed(random, word(random, 3) + random.choice("_-"), random.choice([".json", ".dat", ".txt", ""]))
    given = [repr(part) for part in parts]
    storage = random.choice(["inline", "constant", "constant of the folder", "function", "class"])
    files = {}
    if storage == "constant":
        constants = "HERE = %s\n" % folder
        folder = "HERE"
    elif storage == "constant of the folder":
        value_of, text = joined(random, imports, folder, given, text)
        constants, folder, given = "DATA = %s\n" % value_of, "DATA", []
    elif storage == "class":
        value_of, text = joined(random, imports, folder, given, text)
        constants, folder, given = "class Store:\n    folder = %s\n" % value_of, "Store.folder", []
    if storage == "function":
        value_of, text = joined(random, imports, folder, given + ["name"], text)
        constants = "def place(name):\n    return %s\n" % value_of
        path = "place(%s)" % expression
    else:
        path, text = joined(random, imports, folder, given + ["(%s)" % expression], text)
    function = "def use(x):\n" + reading(random, imports, path, text)
    files["PKG/__init__.py"] = module_of(imports, constants, function)
    files["PKG/%s/%s" % ("/".join(parts), file_name)] = name + " has it"
    return Way("data", files, "PKG.use(%r)" % value, {"PKG/%s/%s.json" % (word(random), word(random)): "decoy"})


def data_by_another_module(random, name):
    """The folder is in a name of one module; another one takes it from there."""
    imports = set()
    line, folder = random.choice(ANCHORS)
    where, file_name = word(random), word(random) + ".csv"
    take, taken = random.choice([("from PKG.places import DATA", "DATA"), ("from .places import DATA as D", "D"), ("from PKG import places", "places.DATA"),
                                 ("import PKG.places", "PKG.places.DATA")])
    places = "%s\n\nDATA = %s\n" % (line, joined(random, imports, folder, [repr(where)], is_text(folder))[0])
    places = "\n".join(sorted(imports)) + "\n" + places
    use = random.choice(["%s\nimport os\n\n\ndef use(x):\n    return open(os.path.join(%s, x + '.csv')).read()\n",
                         "%s\nimport pathlib\n\n\ndef use(x):\n    return (pathlib.Path(str(%s)) / f'{x}.csv').read_text()\n",
                         "%s\nimport pathlib\n\n\ndef use(x):\n    place = pathlib.Path(str(%s))\n    path = place / f'{x}.csv'\n    return path.read_text()\n",
                         "%s\nimport os\n\n\ndef use(x):\n    folder = %s\n    found = [each for each in sorted(os.listdir(folder)) if each.startswith(x)]\n"
                         "    return open(os.path.join(folder, found[0])).read()\n"])
    files = {"PKG/__init__.py": "", "PKG/places.py": places, "PKG/reader.py": use % (take, taken), "PKG/%s/%s" % (where, file_name): name + " has it"}
    return Way("data of another module", files, "__import__('PKG.reader').reader.use(%r)" % file_name[:-4],
               {"PKG/%s/%s.csv" % (word(random), word(random)): "decoy"})


def data_by_stem(random, name):
    """The caller names "folder/stem" in a constant; one function of the package adds the ending."""
    folder, stem = word(random, 4), word(random, 5)
    base = random.choice(["importlib.resources.files(__package__).joinpath(name + '.dat').read_text()",
                          "pkgutil.get_data(__package__, name + '.dat').decode()", "pkgutil.get_data('PKG', f'{name}.dat').decode()",
                          "open(os.path.join(os.path.dirname(__file__), name + '.dat')).read()"])
    files = {"PKG/__init__.py": "", "PKG/base.py": "import importlib.resources\nimport os\nimport pkgutil\n\n\ndef get(name):\n    return " + base + "\n",
             "PKG/%s/__init__.py" % folder: "", "PKG/%s/part.py" % folder: "from PKG import base\n\n\ndef use():\n    return base.get('%s/%s')\n" % (folder, stem),
             "PKG/%s/%s.dat" % (folder, stem): name + " has it"}
    return Way("data by stem", files, "__import__('PKG.%s.part', fromlist=['use']).use()" % folder, {"PKG/%s/%s.page" % (word(random), word(random)): "decoy"})


def module_by_name(random, name):
    """import_module of a computed name."""
    package = random.choice(["PKG.parts.", "PKG.parts.deep."])
    expression, value, whole = composed(random, package + word(random, 2) + "_", random.choice(["", "_codec"]))
    imports = {"import importlib"}
    files = {"PKG/parts/__init__.py": "", "PKG/parts/deep/__init__.py": ""}
    call = random.choice(["importlib.import_module(%s)", "__import__(%s, fromlist=['WORD'])"])
    files["PKG/__init__.py"] = module_of(imports, "", "def use(x):\n    return %s.WORD\n" % (call % expression))
    files[whole.replace(".", "/") + ".py"] = "WORD = '%s has it'\n" % name
    return Way("module", files, "PKG.use(%r)" % value, {"PKG/%s/%s.py" % (word(random), word(random)): "", "PKG/%s.py" % word(random): ""})


def module_by_table(random, name):
    """A table of names beside an open default, prefixes in tuples and loops, endings for names from the function's settings."""
    target, alias = word(random), word(random, 3)
    form = random.choice(["default", "closed", "prefix", "ending", "relative", "object"])
    settings, decoys = "", {"PKG/%s/%s.py" % (word(random), word(random)): ""}
    files = {"PKG/plugins/__init__.py": "", "PKG/plugins/%s.py" % target: "WORD = '%s has it'\n" % name}
    use = "PKG.use(%r)" % target
    if form == "default":
        body = "TABLE = {'%s': 'other'}\n\n\ndef use(x):\n    return importlib.import_module('PKG.plugins.' + TABLE.get(x, x)).WORD\n" % alias
    elif form == "closed":
        body = "TABLE = {'%s': ('%s', 3)}\n\n\ndef use(x):\n    return importlib.import_module('PKG.plugins.' + TABLE[x][0]).WORD\n" % (alias, target)
        use = "PKG.use(%r)" % alias
        decoys["PKG/plugins/%s.py" % word(random)] = ""
    elif form == "prefix":
        body = ("class Finder:\n    places = ('PKG.plugins.', '')\n\n    def find(self, name):\n        for place in self.places:\n"
                "            try:\n                return importlib.import_module(place + name)\n            except ImportError:\n                pass\n\n\n"
                "def use(x):\n    return Finder().find(x).WORD\n")
    elif form == "ending":
        files = {"PKG/plugins/__init__.py": "", "PKG/plugins/%s/__init__.py" % target: "", "PKG/plugins/%s/base.py" % target: "WORD = '%s has it'\n" % name,
                 "PKG/plugins/%s/__init__.py" % alias: ""}
        decoys["PKG/plugins/%s/base.py" % alias] = ""
        body = "def use(x):\n    return importlib.import_module('%s.base' % x).WORD\n"
        settings = "BACKEND_OF_PKG = 'PKG.plugins.%s'\n" % target
        use = "PKG.use(BACKEND_OF_PKG)"
    elif form == "object":
        files = {"PKG/%s.py" % target: "WORD = '%s has it'\n" % name}
        place = random.choice([".", "PKG."])
        body = ("class Lazy:\n    table = {'%s': '%s%s:WORD'}\n\n    def __getattr__(self, name):\n        module, _, attribute = self.table[name].partition(':')\n"
                "        return getattr(importlib.import_module(module, __name__), attribute)\n\n\ndef use(x):\n    return getattr(Lazy(), x)\n" % (alias, place, target))
        use = "PKG.use(%r)" % alias
    else:
        body = "def use(x):\n    return importlib.import_module('.' + x, 'PKG.plugins').WORD\n"
    files["PKG/__init__.py"] = "import importlib\n\n\n" + body
    return Way("module by table: " + form, files, use, decoys, settings)


def module_by_condition(random, name):
    """A module that is imported under a condition which this runtime fulfils."""
    condition = random.choice([
        "__name__ == 'PKG'", "__name__ != '__main__'", "sys.version_info >= (3, 6) and __name__ == 'PKG'", "__package__ == 'PKG'", "sys.platform == 'linux'",
        "not sys.platform.startswith('win')", "os.name == 'posix'", "sys.version_info[:2] >= (3, 9)", "sys.version_info[0] == 3", "not TYPE_CHECKING",
        "__file__.endswith('.pyc') or __file__", "__spec__ is not None", "(os.environ.get('NOTHING_SETS_THIS') or 'a') == 'a'", "not sys.flags.optimize",
        "'linux' in sys.platform", "sys.version_info > (3, 8, 0)", "sys.version_info.major == 3", "__doc__ is None", "__name__.startswith('PKG')"])
    target = word(random)
    files = {"PKG/__init__.py": "import os\nimport sys\nfrom typing import TYPE_CHECKING\n\nWORD = 'lost'\n\n\ndef use():\n    return WORD\n\n\nif %s:\n"
                                "    from PKG.%s import WORD\n" % (condition, target),
             "PKG/%s.py" % target: "WORD = '%s has it'\n" % name}
    never = random.choice(["sys.platform == 'win32'", "os.name == 'nt'", "sys.version_info < (3, 6)", "TYPE_CHECKING", "__name__ == '__main__'"])
    decoy = word(random)
    files["PKG/__init__.py"] += "if %s:\n    from PKG.%s import WORD\n" % (never, decoy)
    return Way("condition", files, "PKG.use()", {"PKG/%s.py" % decoy: "WORD = 'decoy'\n"})


def module_from_another_place(random, name):
    """Vendored packages: by a folder on sys.path, or by an importer that maps one name to another."""
    vendored = "v" + word(random)
    body = {"PKG/_others/%s/__init__.py" % vendored: "", "PKG/_others/%s/inner.py" % vendored: "WORD = '%s has it'\n" % name}
    form = random.choice(["path", "importer", "contrib"])
    decoys = {"PKG/_unused/%s/inner.py" % word(random): ""}
    if form == "importer":
        files = {"PKG/extern.py": "import importlib\nimport sys\n\n\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n"
                                  "        if not name.startswith('PKG.extern.'):\n            return None\n"
                                  "        import importlib.machinery\n        return importlib.machinery.ModuleSpec(name, self)\n\n"
                                  "    def create_module(self, spec):\n        module = importlib.import_module('PKG._others.' + spec.name[len('PKG.extern.'):])\n"
                                  "        sys.modules[spec.name] = module\n        return module\n\n    def exec_module(self, module):\n        pass\n\n\n"
                                  "__path__ = []\nsys.meta_path.append(Finder())\n",
                 "PKG/__init__.py": "def use():\n    import PKG.extern\n    from PKG.extern.%s.inner import WORD\n    return WORD\n" % vendored, "PKG/_others/__init__.py": ""}
    else:
        line = random.choice(["sys.path.insert(0, os.path.join(os.path.dirname(__file__), '_others'))", "sys.path.append(str(pathlib.Path(__file__).parent / '_others'))",
                              "PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '_others')\nif PLACE not in sys.path:\n    sys.path.append(PLACE)"])
        files = {"PKG/__init__.py": "import os\nimport pathlib\nimport sys\n\n%s\n\n\ndef use():\n    import %s.inner\n    return %s.inner.WORD\n" % (line, vendored, vendored)}
        if form == "contrib":
            files = {"PKG/__init__.py": "from PKG import paths\n\n\ndef use():\n    from %s import inner\n    return inner.WORD\n" % vendored,
                     "PKG/paths.py": "import os\nimport pathlib\nimport sys\n\n%s\n" % line}
    files.update(body)
    return Way("another place: " + form, files, "PKG.use()", decoys)


def module_by_stub(random, name):
    """Exports that a .pyi lists, as lazy_loader reads them."""
    target = word(random)
    files = {"PKG/__init__.py": "import ast\nimport importlib\nimport os\n\n\ndef attach_stub(package, path):\n    with open(os.path.splitext(path)[0] + '.pyi') as file:\n"
                                "        tree = ast.parse(file.read())\n    table = {each.name: node.module for node in tree.body for each in node.names}\n\n"
                                "    def get(name):\n        return getattr(importlib.import_module('.' + table[name], package), name)\n\n    return get\n\n\n"
                                "__getattr__ = attach_stub(__name__, __file__[:-1] if __file__.endswith('c') else __file__)\n",
             "PKG/__init__.pyi": "from .%s import WORD\n" % target, "PKG/%s.py" % target: "WORD = '%s has it'\n" % name}
    return Way("stub", files, "PKG.WORD", {"PKG/%s/%s.json" % (word(random), word(random)): "decoy"})


def module_by_listing(random, name):
    """A folder whose modules are found by listing it and filtering by the ending."""
    target = word(random)
    listing = random.choice(["[each[:-3] for each in os.listdir(FOLDER) if each.endswith('.py')]",
                             "[os.path.basename(each)[:-3] for each in glob.glob(os.path.join(FOLDER, '*.py'))]",
                             "[each.stem for each in pathlib.Path(FOLDER).glob('*.py')]", "[each.name[:-3] for each in os.scandir(FOLDER) if each.name.endswith('.py')]",
                             "[each.stem for each in pathlib.Path(FOLDER).iterdir() if each.suffix == '.py']"])
    files = {"PKG/__init__.py": "import glob\nimport importlib\nimport os\nimport pathlib\n\nFOLDER = os.path.join(os.path.dirname(__file__), 'plugins')\n\n\n"
                                "def use():\n    names = sorted(%s)\n    return [importlib.import_module('PKG.plugins.' + each).WORD for each in names if not each.startswith('_')]\n" % listing,
             "PKG/plugins/__init__.py": "", "PKG/plugins/%s.py" % target: "WORD = '%s has it'\n" % name,
             "PKG/plugins/z%s.py" % word(random): "WORD = '%s has it too'\n" % name}
    return Way("listing", files, "PKG.use()", {"PKG/%s/%s.py" % (word(random), word(random)): ""})


MAKERS = [data_by_name, data_by_name, data_by_another_module, data_by_stem, module_by_name, module_by_name, module_by_table, module_by_table, module_by_condition,
          module_from_another_place, module_by_stub, module_by_listing]
