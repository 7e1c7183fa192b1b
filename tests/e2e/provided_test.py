"""Executables on provided runtimes: a bootstrap in C that talks to the Runtime API itself, with data files and shared libraries."""
import json
import os
import stat
import subprocess
import zipfile

import support

WRONG_USAGE = 2
COULD_NOT = 3
JUDGED_BAD = 1
PROJECT_FILE = """[function]
name = "lookup"
handler = "lookup"
runtime = "provided.al2023"

[[event]]
files = "events/train-*.json"

[[event]]
files = "events/unseen-*.json"
verify_only = true
"""
# Answers {"n": 3} with the third line of data/a.txt, shouted by a library; {"file": "b"} asks for another file, and
# {"mode": "crash"} for what no handler should do.
BOOTSTRAP = r"""
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

void shout(char *text);

static int call(const char *head, const char *body, char *answer, size_t size) {
  struct sockaddr_in place = {.sin_family = AF_INET};
  const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
  place.sin_port = htons((unsigned short)atoi(strchr(api, ':') + 1));
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&place, sizeof place) != 0) return -1;
  dprintf(fd, "%s\r\nHost: lambda\r\nContent-Length: %zu\r\n\r\n%s", head, strlen(body), body);
  size_t got = 0;
  for (ssize_t n; got + 1 < size && (n = read(fd, answer + got, size - 1 - got)) > 0;) {
    got += (size_t)n;
    answer[got] = 0;
    char *end = strstr(answer, "\r\n\r\n");
    char *length = strcasestr(answer, "content-length:");
    if (end && length && got >= (size_t)(end + 4 - answer) + (size_t)atoi(length + 15)) break;
  }
  close(fd);
  return 0;
}

static void field(const char *answer, const char *name, char *value) {
  const char *at = strcasestr(answer, name);
  *value = 0;
  if (at) sscanf(at + strlen(name), "%*[\": ]%63[^\r\n\",}]", value);
}

int main(void) {
  static char answer[65536], line[256], head[512], text[512];
  for (;;) {
    char id[64], file[64] = "a", mode[64];
    if (call("GET /2018-06-01/runtime/invocation/next HTTP/1.1", "", answer, sizeof answer) != 0) return 1;
    field(answer, "Lambda-Runtime-Aws-Request-Id", id);
    const char *body = strstr(answer, "\r\n\r\n") + 4;
    if (strstr(body, "\"file\"")) field(body, "\"file\"", file);
    field(body, "\"mode\"", mode);
    if (!strcmp(mode, "crash")) abort();
    char n[64];
    field(body, "\"n\"", n);
    char path[128];
    snprintf(path, sizeof path, "data/%s.txt", file);
    FILE *data = fopen(path, "r");
    if (!data) {
      snprintf(head, sizeof head, "POST /2018-06-01/runtime/invocation/%s/error HTTP/1.1", id);
      call(head, "{\"errorType\": \"NoData\", \"errorMessage\": \"no such file\"}", answer, sizeof answer);
      continue;
    }
    for (int i = 0; i < atoi(n); ++i)
      if (!fgets(line, sizeof line, data)) break;
    fclose(data);
    line[strcspn(line, "\n")] = 0;
    shout(line);
    snprintf(text, sizeof text, "{\"statusCode\": 200, \"body\": \"%s in %s\"}", line, getenv("_HANDLER"));
    snprintf(head, sizeof head, "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1", id);
    call(head, text, answer, sizeof answer);
  }
}
"""
# A bootstrap in bash, without a single program of the network: bash itself opens the connection.
SCRIPT = r"""#!/bin/bash
set -euo pipefail
source "$LAMBDA_TASK_ROOT/${_HANDLER}.sh"
api=/dev/tcp/${AWS_LAMBDA_RUNTIME_API/://}
while true; do
  exec 5<>"$api"
  printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: lambda\r\nConnection: close\r\n\r\n' >&5
  mapfile -t answer <&5
  exec 5>&-
  id=$(printf '%s\n' "${answer[@]}" | grep -i '^lambda-runtime-aws-request-id' | cut -d' ' -f2 | tr -d '[:space:]')
  body=$(handle "${answer[-1]}")
  exec 5<>"$api"
  printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: lambda\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
    "$id" "${#body}" "$body" >&5
  cat <&5 > /dev/null
  exec 5>&-
done
"""
SCRIPT_HANDLER = r"""declare -A seen
handle() {
  local n=${1//[^0-9]/} line here
  seen[$n]=1
  line=$(sed -n "${n}p" "$LAMBDA_TASK_ROOT/data/a.txt")
  here=$(diff_free <(seq 3) <(printf '1\n2\n3\n'))
  shell="bash $(/bin/sh -c 'shopt -q extglob; echo ${BASH_VERSION:+sh}')"
  printf '{"lines": ["%s", "%s"], "shell": "%s", "numbers": "%s"}' "$line" "$(wc -l < "$LAMBDA_TASK_ROOT/data/a.txt")" "$shell" "$here"
}
diff_free() { [[ "$(sort -n "$1")" == "$(sort -n "$2")" ]] && echo same; }
"""
LIBRARY = """#include <ctype.h>
void shout(char *text) { for (; *text; ++text) *text = (char)toupper(*text); }
"""


class Provided(support.Case):
    def compile(self, folder, source, *arguments):
        subprocess.run(["gcc", "-O1", "-x", "c", "-", "-x", "none", *arguments], input=source, text=True, check=True, cwd=folder)

    def program(self, name="project", project_file=PROJECT_FILE, events=None):
        folder = self.folder / name
        support.write_tree(folder, {
            "lbundle.toml": project_file,
            "data/a.txt": "one\ntwo\nthree\n", "data/b.txt": "uno\ndos\ntres\n",
            "notes/build.txt": "how this was built\n" * 5000,
            "lib/libunused.so": "", "events/train-one.json": '{"n": 2}'})
        for event, value in (events or {"unseen-other": {"n": 3, "file": "b"}}).items():
            support.write_tree(folder, {"events/%s.json" % event: json.dumps(value)})
        (folder / "lib/libunused.so").unlink()
        self.compile(folder, LIBRARY, "-shared", "-fPIC", "-o", "lib/libshout.so.1", "-Wl,-soname,libshout.so.1")
        self.compile(folder, LIBRARY.replace("shout", "sleep_on_it"), "-shared", "-fPIC", "-o", "lib/libunused.so")
        self.compile(folder, BOOTSTRAP, "-o", "bootstrap", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib")
        return folder

    def names(self, folder):
        with zipfile.ZipFile(folder / "dist/lookup.zip") as archive:
            return {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}

    def test_a_program_is_run_pruned_packed_and_verified(self):
        folder = self.program()
        finished = self.build(folder, "--format", "json")
        events = {event["name"]: event["match"] for event in finished.json["events"]}
        self.assertEqual(events, {"train-one": True, "unseen-other": True})
        names = self.names(folder)
        self.assertEqual(sorted(names), ["bootstrap", "data/a.txt", "data/b.txt", "lib/libshout.so.1"])
        self.assertEqual(stat.S_IMODE(names["bootstrap"]), 0o755)
        self.assertEqual(stat.S_IMODE(names["data/a.txt"]), 0o644)
        why = self.run_ok("why", "data/b.txt", cwd=folder).stdout
        self.assertIn("named in bootstrap", why)
        self.assertIn("opened by event train-one", self.run_ok("why", "lib/libshout.so.1", cwd=folder).stdout)

    def test_data_that_no_text_of_the_program_names(self):
        folder = self.program()
        # The file's name is built from parts, none of which shows it.
        hidden = BOOTSTRAP.replace('"data/%s.txt", file', '"%s%s%c%s.txt", "da", "ta", 47, file')
        self.compile(folder, hidden, "-o", "bootstrap", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib")
        support.write_tree(folder, {"data/large.dat": "much\n" * 500000, "notes/small.txt": "one\n", "notes/decoy.ini": "[none]\n"})
        self.build(folder, "--no-repair")
        self.assertEqual(sorted(self.names(folder)), ["bootstrap", "data/a.txt", "data/b.txt", "data/large.dat", "lib/libshout.so.1",
                                                      "notes/build.txt", "notes/small.txt"])
        for path, reason in (("data/large.dat", "beside data/a.txt, which an event opened"),
                             ("notes/small.txt", "the text '%s%s%c%s.txt' of bootstrap may be a part of its name")):
            self.assertIn(reason, self.run_ok("why", path, cwd=folder).stdout)

    def test_names_inside_longer_ones_and_in_instructions(self):
        folder = self.program(events={"unseen-rates": {"n": 2, "file": "rates"}, "unseen-old": {"n": 2, "file": "old_rates"},
                                      "unseen-short": {"n": 2, "file": "short"}})
        # The linker stores "rates.bin" inside "old_rates.bin", and the compiler writes "lists/s.csv" with instructions.
        names = BOOTSTRAP.replace('snprintf(path, sizeof path, "data/%s.txt", file);', """
    static const char *const tables[] = {"data/a.txt", "rates.bin", "old_rates.bin"};
    int which = *file == 'a' ? 0 : *file == 'o' ? 2 : 1;
    strcpy(path, which ? "tables/" : "");
    strcat(path, tables[which]);
    if (*file == 's') __builtin_memcpy(path, "lists/s.csv", 12);""")
        self.assertNotEqual(names, BOOTSTRAP)
        self.compile(folder, names, "-o", "bootstrap", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib", "-O2")
        self.assertNotIn(b"lists/s.csv", (folder / "bootstrap").read_bytes())
        text = "one\ntwo\n" + "much\n" * 500000
        support.write_tree(folder, {"tables/rates.bin": text, "tables/old_rates.bin": text, "lists/s.csv": text, "plans/decoy.dat": text})
        self.build(folder, "--no-repair")
        self.assertEqual(sorted(self.names(folder)), ["bootstrap", "data/a.txt", "data/b.txt", "lib/libshout.so.1", "lists/s.csv",
                                                      "tables/old_rates.bin", "tables/rates.bin"])

    def test_levels(self):
        kept, told = {}, {}
        for level in ("none", "package", "reach", "trace"):
            folder = self.program(name=level, project_file=PROJECT_FILE.split("[[event]]\nfiles = \"events/unseen")[0])
            findings = self.build(folder, "--level", level, "--format", "json").json["findings"]
            kept[level] = sorted(self.names(folder))
            told[level] = [(finding["severity"], finding["path"]) for finding in findings if finding["code"] == "unreported-drop"]
        self.assertEqual(kept["trace"], ["bootstrap", "data/a.txt", "lib/libshout.so.1"])
        self.assertEqual(kept["reach"], ["bootstrap", "data/a.txt", "data/b.txt", "lib/libshout.so.1"])
        self.assertEqual(kept["package"], kept["none"])
        self.assertIn("notes/build.txt", kept["none"])
        # In production nothing would report that they are missing.
        self.assertEqual(told["none"] + told["package"], [])
        self.assertEqual(told["reach"], [("note", "lib/libunused.so"), ("note", "notes/build.txt")])
        self.assertEqual(told["trace"], [("warning", "data/b.txt"), ("warning", "lib/libunused.so"), ("warning", "notes/build.txt")])

    def test_the_second_build_runs_nothing_and_gives_the_same(self):
        folder = self.program()
        self.build(folder)
        before = support.digest(folder / "dist/lookup.zip")
        finished = self.build(folder, "-v")
        self.assertEqual(support.digest(folder / "dist/lookup.zip"), before)
        self.assertIn("as before", finished.stderr)

    def test_an_event_that_ends_the_process(self):
        folder = self.program(events={"unseen-crash": {"mode": "crash"}})
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "unseen-crash", "signal 6")

    def test_an_event_that_the_program_refuses(self):
        folder = self.program(events={"unseen-none": {"n": 1, "file": "c"}})
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "unseen-none", "NoData: no such file")

    def test_no_bootstrap(self):
        folder = self.program()
        (folder / "bootstrap").rename(folder / "main")
        self.assert_refused(self.run_program("build", cwd=folder), WRONG_USAGE, "bootstrap", "hint: ")

    def test_a_bootstrap_that_may_not_be_executed(self):
        folder = self.program()
        os.chmod(folder / "bootstrap", 0o644)
        self.assert_refused(self.run_program("build", cwd=folder), WRONG_USAGE, "bootstrap", "chmod +x")

    def test_a_bootstrap_that_is_no_program(self):
        folder = self.program()
        (folder / "bootstrap").write_text("no program\n")
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "Runtime.InvalidEntrypoint", "bootstrap")

    def test_a_client_that_reads_to_the_connections_end(self):
        folder = self.program()
        simple = BOOTSTRAP.replace("Host: lambda", "Host: lambda\\r\\nConnection: close")
        simple = "".join(line for line in simple.splitlines(True) if "if (end && length" not in line)
        self.compile(folder, simple.replace("    char *end =", "    //").replace("    char *length =", "    //"), "-o", "bootstrap",
                     "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib")
        finished = self.build(folder, "--format", "json")
        self.assertEqual({event["name"]: event["match"] for event in finished.json["events"]}, {"train-one": True, "unseen-other": True})

    def test_a_script_and_what_of_this_machine_it_sees(self):
        folder = self.program()
        # The function cannot see the Python that drives the sandbox.
        (folder / "bootstrap").write_text("#!/bin/sh\nif command -v python3; then exit 7; fi\nexec ./real\n")
        self.compile(folder, BOOTSTRAP, "-o", "real", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib")
        self.build(folder)
        names = self.names(folder)
        self.assertIn("real", names)
        self.assertEqual(stat.S_IMODE(names["real"]), 0o755)

    def test_a_bootstrap_for_bash(self):
        """A script that uses what only bash has, and coreutils, grep and sed, as a script on Amazon Linux may."""
        folder = self.folder / "script"
        support.write_tree(folder, {"lbundle.toml": PROJECT_FILE.split("[[event]]\nfiles = \"events/unseen")[0], "bootstrap": SCRIPT,
                                    "lookup.sh": SCRIPT_HANDLER, "data/a.txt": "one\ntwo\nthree\n",
                                    "events/train-one.json": '{"n": 2}', "events/train-more.json": '{"n": 3}'})
        os.chmod(folder / "bootstrap", 0o755)
        finished = self.build(folder, "--format", "json")
        events = {event["name"]: (event["match"], json.loads(event["answer"])) for event in finished.json["events"]}
        self.assertEqual(events, {"train-one": (True, {"lines": ["two", "3"], "shell": "bash sh", "numbers": "same"}),
                                  "train-more": (True, {"lines": ["three", "3"], "shell": "bash sh", "numbers": "same"})})
        self.assertEqual(sorted(self.names(folder)), ["bootstrap", "data/a.txt", "lookup.sh"])

    def test_a_program_that_needs_libmvec(self):
        """Vectorised code calls glibc's libmvec, which no package brings along because every glibc has it."""
        folder = self.program(events={"unseen-three": {"n": 3}})
        vectorised = """#include <math.h>
#include <stdio.h>
#include <stdlib.h>
void shout(char *text);
void vector_sum(char *text) {
  static float values[1024];
  float sum = 0;
  for (int i = 0; i < 1024; ++i) values[i] = (float)i / 1024;
  for (int i = 0; i < 1024; ++i) values[i] = sinf(values[i]) * expf(values[i]);
  for (int i = 0; i < 1024; ++i) sum += values[i];
  shout(text);
  sprintf(text + 1, "%.1f", sum);
}
"""
        self.compile(folder, vectorised, "-O3", "-ffast-math", "-shared", "-fPIC", "-o", "lib/libsum.so.1",
                     "-Wl,-soname,libsum.so.1", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN", "-lmvec", "-lm")
        self.compile(folder, BOOTSTRAP.replace("shout", "vector_sum"), "-o", "bootstrap", "lib/libsum.so.1", "-Wl,-rpath,$ORIGIN/lib",
                     "-Wl,-rpath-link,lib")
        needed = subprocess.run(["readelf", "-d", folder / "lib/libsum.so.1"], capture_output=True, text=True, check=True).stdout
        self.assertIn("[libmvec.so.1]", needed)
        finished = self.build(folder, "--format", "json")
        self.assertEqual([event["match"] for event in finished.json["events"]], [True, True], finished)
        self.assertEqual([finding for finding in finished.json["findings"] if "libmvec" in finding["message"]], [])
        self.assertEqual(self.run_ok("check", "dist/lookup.zip", cwd=folder).status, 0)

    def test_a_library_that_only_this_machine_has(self):
        """The sandbox shows a program no library that the runtime lacks, if staging is not allowed to bring it."""
        folder = self.program(project_file=PROJECT_FILE + "\n[stage]\nsystem_libraries = []\n")
        # Python's own dependency, so every machine that runs these tests has it.
        self.compile(folder, BOOTSTRAP, "-o", "bootstrap", "lib/libshout.so.1", "-Wl,-rpath,$ORIGIN/lib",
                     "-Wl,--no-as-needed", "/usr/lib/x86_64-linux-gnu/libexpat.so.1")
        finished = self.run_program("build", cwd=folder)
        self.assert_refused(finished, COULD_NOT, "train-one", "libexpat.so.1")

    def test_requirements_are_refused(self):
        folder = self.program(project_file=PROJECT_FILE.replace("[[event]]", 'requirements = "data/a.txt"\n\n[[event]]', 1))
        self.assert_refused(self.run_program("build", cwd=folder), COULD_NOT, "no package manager", "hint: ")


if __name__ == "__main__":
    support.main()
