"""`lbundle completions SHELL`: each shell loads the program and is asked what it completes."""
import json
import os
import pty
import shlex
import subprocess
import time

import support

# Words before the cursor, the last one being completed, and what must be among the answers.
QUESTIONS = [
    (["lbundle", ""], {"build", "why", "completions", "help"}),
    (["lbundle", "bui"], {"build"}),
    (["lbundle", "build", "--le"], {"--level"}),
    (["lbundle", "build", "--level", ""], {"none", "package", "reach", "trace"}),
    (["lbundle", "build", "--level", "re"], {"reach"}),
    (["lbundle", "pack", "--pack-level", ""], {"fast", "best", "max"}),
    (["lbundle", "check", "some.zip", "--format", ""], {"text", "json"}),
    (["lbundle", "check", "--runtime", "python3.1"], {"python3.10", "python3.11", "python3.13"}),
    (["lbundle", "verify", "some.zip", "--arch", ""], {"x86_64", "arm64"}),
    (["lbundle", "check", ""], {"some.zip"}),
    (["lbundle", "diff", "some.zip", ""], {"other.zip"}),
    (["lbundle", "pack", "-o", "so"], {"some.zip"}),
    (["lbundle", "build", "fun"], {"functions"}),
    (["lbundle", "build", "--debug-files", "fun"], {"functions"}),
    (["lbundle", "verify", "some.zip", "fun"], {"functions"}),
    (["lbundle", "help", "w"], {"why"}),
    (["lbundle", "help", "build", "--level", ""], set()),
    (["lbundle", "completions", ""], {"bash", "fish", "zsh"}),
]
# Files are no answer where only a folder is meant.
FOLDERS_ALONE = [["lbundle", "build", ""], ["lbundle", "build", "--debug-files", ""], ["lbundle", "pack", ""]]


class Shell(support.Case):
    def setUp(self):
        super().setUp()
        self.tree = json.loads(self.run_ok("help", "--format", "json", cwd=self.folder).stdout)
        support.write_tree(self.folder, {"some.zip": "", "other.zip": "", "functions/handler.py": ""})

    def program(self, shell):
        path = self.temporary / ("completions." + shell)
        path.write_text(self.run_ok("completions", shell, cwd=self.folder).stdout)
        self.addCleanup(path.unlink, missing_ok=True)
        return path

    def ask_all(self, ask):
        """`ask(words)` returns the answers of the shell."""
        for words, wanted in QUESTIONS:
            with self.subTest(" ".join(words)):
                answers = {answer.rstrip("/ ") for answer in ask(words)}
                self.assertLessEqual(wanted, answers)
                # What does not begin with the word is no answer.
                self.assertEqual([answer for answer in answers if not answer.startswith(words[-1])], [])
        for words in FOLDERS_ALONE:
            with self.subTest(" ".join(words)):
                answers = {answer.rstrip("/ ") for answer in ask(words)}
                self.assertIn("functions", answers)
                self.assertNotIn("some.zip", answers)

    def ask_for_each_option(self, ask):
        """Each option of each command completes, and so does each name of a choice."""
        options = 0
        for command in self.tree["commands"]:
            names = {name for option in command["options"] for name in option["names"] if name.startswith("--")}
            self.assertEqual(set(ask(["lbundle", command["name"], "--"])) & names, names, command["name"])
            for option in command["options"]:
                if option["choices"]:
                    options += 1
                    answers = {answer.strip() for answer in ask(["lbundle", command["name"], option["names"][-1], ""])}
                    self.assertEqual(answers, set(option["choices"]), command["name"] + option["names"][-1])
        self.assertGreater(options, 20)


class Bash(Shell):
    def ask(self, program, words):
        script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lbundle; printf "%s\\n" "${COMPREPLY[@]}"'
        finished = subprocess.run(["bash", "--norc", "-c", script, "bash", program, *words], cwd=self.folder, env=self.environment(),
                                  capture_output=True, text=True, check=True)
        self.assertEqual(finished.stderr, "")
        return finished.stdout.split()

    def test_answers(self):
        program = self.program("bash")
        self.ask_all(lambda words: self.ask(program, words))
        self.ask_for_each_option(lambda words: self.ask(program, words))

    def test_a_value_behind_an_equals_sign(self):
        program = self.program("bash")
        self.assertEqual(self.ask(program, ["lbundle", "build", "--level", "=", "tr"]), ["trace"])
        self.assertEqual(self.ask(program, ["lbundle", "build", "--level", "="]), ["none", "package", "reach", "trace"])
        self.assertEqual(self.ask(program, ["lbundle", "verify", "--arch", "=", "arm64", "so"]), ["some.zip"])
        self.assertEqual(self.ask(program, ["lbundle", "verify", "--arch", "=", "arm64", "some.zip", "fu"]), ["functions"])

    def test_another_program_follows_the_separator(self):
        program = self.program("bash")
        self.assertIn("printf", self.ask(program, ["lbundle", "trace", "-o", "log", "--", "print"]))
        self.assertIn("some.zip", self.ask(program, ["lbundle", "trace", "-o", "log", "--", "cat", "so"]))

    def test_it_registers_itself(self):
        shown = subprocess.run(["bash", "--norc", "-c", 'source "$1"; complete -p lbundle', "bash", self.program("bash")], capture_output=True,
                               text=True, check=True).stdout
        self.assertEqual(shown, "complete -F _lbundle lbundle\n")


class Fish(Shell):
    def ask(self, program, words):
        line = " ".join(words)
        finished = subprocess.run(["fish", "--no-config", "-c", "source %s; complete -C %s" % (program, shlex.quote(line))], cwd=self.folder,
                                  env=self.environment(HOME=self.temporary / "home"), capture_output=True, text=True, check=True)
        self.assertEqual(finished.stderr, "")
        return [answer.split("\t")[0] for answer in finished.stdout.splitlines()]

    def test_answers(self):
        (self.temporary / "home").mkdir()
        program = self.program("fish")
        self.ask_all(lambda words: self.ask(program, words))
        self.ask_for_each_option(lambda words: self.ask(program, words))


ZSH = r"""
PS1= PS2= ; unsetopt prompt_sp prompt_cr zle_bracketed_paste 2>/dev/null
autoload -Uz compinit; compinit -u -D
%(load)s
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; builtin compadd "$@"
  local ended=$?; (( $#hits )) && print -rl -- "${(@Q)hits}" >> %(answers)s; return $ended
}
answer() { zle complete-word; print DONE >> %(answers)s; zle kill-whole-line }
zle -N answer; bindkey '^I' answer
"""


class Zsh(Shell):
    def start_shell(self, load):
        """Starts an interactive zsh on a terminal of its own, which writes what it would offer to a file."""
        self.answers = self.temporary / "answers"
        setup = self.temporary / ".zshrc"
        setup.write_text(ZSH % {"load": load, "answers": self.answers})
        process, self.terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-i"], {**self.environment(), "ZDOTDIR": str(self.temporary), "TERM": "dumb"})

        def end():
            os.close(self.terminal)
            os.waitpid(process, 0)
            for path in self.temporary.iterdir():
                if path.is_file():
                    path.unlink()

        self.addCleanup(end)

    def ask(self, words):
        self.answers.write_text("")
        os.write(self.terminal, (" ".join(words) + "\t").encode())
        deadline = time.monotonic() + 60
        while "DONE\n" not in self.answers.read_text():
            self.assertLess(time.monotonic(), deadline, self.answers.read_text())
            time.sleep(0.02)
        return [answer.rstrip("=") for answer in self.answers.read_text().splitlines() if answer != "DONE"]

    def test_answers(self):
        self.start_shell("source %s" % self.program("zsh"))
        self.ask_all(self.ask)
        self.ask_for_each_option(self.ask)

    def test_as_a_function_in_fpath(self):
        functions = self.temporary / "functions"
        functions.mkdir()
        (functions / "_lbundle").write_text(self.program("zsh").read_text())
        self.start_shell("fpath=(%s $fpath); compinit -u -D" % functions)
        self.assertIn("build", self.ask(["lbundle", "bui"]))
        self.assertEqual(set(self.ask(["lbundle", "build", "--level", ""])), {"none", "package", "reach", "trace"})


class Syntax(Shell):
    def test_an_unknown_shell(self):
        self.assert_refused(self.run_program("completions", "tcsh", cwd=self.folder), 2, "bash|fish|zsh")
        self.assert_refused(self.run_program("completions", cwd=self.folder), 2, "SHELL")


if __name__ == "__main__":
    support.main()
