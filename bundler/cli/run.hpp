// The command line: argv and streams in, exit status out.
#pragma once

namespace lbundle::cli {

// Runs one command and returns the exit status. Only here are errors caught: they are printed to stderr in
// the form of model/error.hpp. A run that a signal interrupted cleans up and then ends by that signal.
int run(int argc, char** argv);

}  // namespace lbundle::cli
