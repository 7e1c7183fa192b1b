#include "cli/options.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "cli/command_tree.hpp"
#include "cli/completions.hpp"
#include "cli/version.hpp"
#include "model/error.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

constexpr const char* introduction =
    "Turns an AWS Lambda handler with heavy native dependencies into the smallest deployment zip that still "
    "gives the\n"
    "same answers, and proves it.";

const std::map<std::string, Format> formats = {{"text", Format::text}, {"json", Format::json}};
const std::map<std::string, ColorChoice> colors = {
    {"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}};
const std::map<std::string, SandboxMode> sandbox_modes = {{"auto", SandboxMode::automatic},
                                                          {"none", SandboxMode::none}};
const std::map<std::string, BackendChoice> backends = {{"auto", BackendChoice::automatic},
                                                       {"container", BackendChoice::container},
                                                       {"host", BackendChoice::host}};
const std::map<std::string, PruneLevel> levels = {{"none", PruneLevel::none},
                                                  {"package", PruneLevel::package},
                                                  {"reach", PruneLevel::reach},
                                                  {"trace", PruneLevel::trace}};
const std::map<std::string, PackLevel> pack_levels = {
    {"fast", PackLevel::fast}, {"best", PackLevel::best}, {"max", PackLevel::max}};

const std::map<std::string, Shell> shells = {
    {"bash", Shell::bash}, {"fish", Shell::fish}, {"zsh", Shell::zsh}};
const std::map<std::string, std::string> architectures = {{"x86_64", "x86_64"}, {"arm64", "arm64"}};

// Adds an option whose value is one of `names`. The error for any other value lists them.
template <typename Value, typename Target>
CLI::Option* add_choice(CLI::App& app, const std::string& option, Target& target,
                        const std::map<std::string, Value>& names, const std::string& description) {
  std::string known;
  for (const auto& [name, value] : names) known += (known.empty() ? "" : "|") + name;
  return app
      .add_option_function<std::string>(
          option,
          [&target, &names, option, known](const std::string& name) {
            const auto found = names.find(name);
            if (found == names.end())
              throw CLI::ValidationError(option, format("'{}' is not one of {}", name, known));
            target = found->second;
          },
          description)
      ->type_name(known);
}

// CLI11 distinguishes errors by type, lbundle by status and hint.
class Parser {
 public:
  Parser() : app_(introduction, "lbundle") {
    app_.require_subcommand(1);
    app_.fallthrough(false);
    app_.set_help_flag("-h,--help", "Show this help");
    add_version(app_);
    add_init();
    add_build();
    add_stage();
    add_trace();
    add_pack();
    add_check();
    add_verify();
    add_diff();
    add_why();
    add_cache();
    add_rules();
    add_doctor();
    add_help();
    add_completions();
    app_.footer(
        "lbundle(1) describes the commands, the outputs and the exit status; lbundle.toml(5) describes the "
        "project file.");
  }

  Invocation parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return {common_, TextToShow{help_of_asked()}};
    } catch (const CLI::CallForVersion& version) {
      return {common_, TextToShow{std::string(version.what()) + '\n'}};
    } catch (const CLI::ParseError& error) {
      throw wrong_usage(error, argc, argv);
    }
    return {common_, chosen_command()};
  }

 private:
  CLI::App* add_command(const std::string& name, const std::string& description) {
    auto* command = app_.add_subcommand(name, description);
    command->set_help_flag("-h,--help", "Show this help");
    add_version(*command);
    add_choice(*command, "--format", common_.format, formats, "Form of the result on stdout (default: text)");
    add_choice(*command, "--color", common_.color, colors,
               "Colour in the result (default: auto; NO_COLOR is respected)");
    command->add_flag("-v,--verbose", common_.verbose, "Print more on stderr");
    command->add_flag("-q,--quiet", common_.quiet, "Print only errors on stderr");
    command->add_option("-j,--jobs", common_.jobs, "Cores to use (default: all)")
        ->check(CLI::Range(1U, 1024U).description(""))
        ->type_name("N");
    return command;
  }

  static void add_version(CLI::App& app) {
    app.add_flag_callback(
        "--version", [] { throw CLI::CallForVersion(version_text(), 0); },
        "Show the version, and those of the libraries");
  }

  static void add_folder(CLI::App& command, HostPath& folder) {
    command.add_option("DIR", folder, "Folder of lbundle.toml (default: here, then its parents)")
        ->type_name("");
  }

  static void add_allow_failing_events(CLI::App& command, bool& allowed) {
    command.add_flag("--allow-failing-events", allowed,
                     "Accept events of which none gets through on the unshrunk tree");
  }

  static void add_target(CLI::App& command, TargetOptions& target) {
    command.add_option("--runtime", target.runtime, "Lambda runtime, if no project file names one")
        ->type_name("RUNTIME");
    command.add_option("--arch", target.architecture, "Architecture, if no project file names one")
        ->type_name("x86_64|arm64");
  }

  void add_sandbox(CLI::App& command, std::optional<SandboxMode>& mode) {
    add_choice(command, "--sandbox", mode, sandbox_modes, "Where events run");
  }

  void add_init() {
    auto* command =
        add_command("init", "Looks at a handler's folder and writes a commented lbundle.toml for it");
    command->add_option("DIR", init_.folder, "The handler's folder (default: here)")->type_name("");
    command
        ->add_option("--function", init_.function,
                     "Which function, if a template or serverless.yml has several")
        ->type_name("NAME");
    command->add_option("--handler", init_.handler, "Lambda's Handler setting (default: what is found)")
        ->type_name("NAME");
    command->add_option("--runtime", init_.runtime, "Lambda's Runtime setting (default: what is found)")
        ->type_name("NAME");
    command->add_flag("--force", init_.force, "Overwrite lbundle.toml and the skeleton of an event");
  }

  void add_build() {
    auto* command = add_command(
        "build", "Runs every stage; writes a zip only if it answers every event as the unshrunk tree did");
    add_folder(*command, build_.folder);
    command->add_option("-o,--output", build_.output, "The zip (default: dist/NAME.zip)")->type_name("ZIP");
    add_choice(*command, "--backend", build_.backend, backends, "Where dependencies are installed");
    add_sandbox(*command, build_.sandbox);
    add_choice(*command, "--level", build_.level, levels, "What pruning keeps beside the evidence");
    add_choice(*command, "--pack-level", build_.pack_level, pack_levels, "How hard to compress");
    command->add_option("--keep", build_.keep, "Always keep matching files; may be repeated")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    command->add_option("--drop", build_.drop, "Drop matching files; may be repeated")
        ->type_name("GLOB")
        ->allow_extra_args(false);
    command->add_flag("--frozen", build_.frozen,
                      "Use the committed access log as evidence, and trace nothing");
    command->add_flag("--no-repair", build_.no_repair,
                      "Fail at once if an answer changes, instead of keeping more files");
    add_allow_failing_events(*command, build_.allow_failing_events);
    command
        ->add_option("--debug-files", build_.debug_files,
                     "Keep the symbols and debug sections that libraries lose, for a debugger")
        ->type_name("DIR");
    command->add_flag("--update-baseline", build_.update_baseline,
                      "Make the sizes of this build the baseline of [budget]");
    command->add_option("--reason", build_.reason, "Why the sizes grew; stored in the baseline")
        ->type_name("TEXT");
  }

  void add_stage() {
    auto* command = add_command("stage", "Makes only the unshrunk tree, under .lbundle/staged");
    add_folder(*command, stage_.folder);
  }

  void add_trace() {
    auto* command = add_command(
        "trace", "Runs the events over the staged tree, or any command, and reports what was opened");
    add_folder(*command, trace_.folder);
    add_sandbox(*command, trace_.sandbox);
    command->add_option("--root", trace_.root, "With a command: log only what is below this folder")
        ->type_name("TREE");
    command->add_option("-o,--output", trace_.output, "With a command: where its access log goes")
        ->type_name("LOG");
    command->footer("lbundle trace --root TREE -o LOG -- CMD ARG… traces any command, and ends as it does.");
  }

  void add_pack() {
    auto* command = add_command("pack", "Packs any folder into a deterministic, maximally compressed zip");
    command->add_option("TREE", pack_.tree, "The folder")->required()->type_name("");
    command->add_option("-o,--output", pack_.output, "The zip")->required()->type_name("ZIP");
    add_choice(*command, "--pack-level", pack_.level, pack_levels, "How hard to compress (default: best)");
    auto* layer =
        command->add_flag("--layer", pack_.layer, "As a layer: unpacked below /opt, packages in python/");
    command
        ->add_option("--split", pack_.split,
                     "Put the dependencies into this layer, and the rest into the zip")
        ->type_name("ZIP")
        ->excludes(layer);
    add_image(*command, *layer);
  }

  void add_image(CLI::App& command, CLI::Option& layer) {
    auto* image = command
                      .add_flag("--image", pack_.image,
                                "As a container image: ZIP is the folder of an OCI image layout")
                      ->excludes(&layer)
                      ->excludes("--split");
    command.add_option("--base", pack_.base, "The runtime's image, as a layout, for --image to build on")
        ->type_name("LAYOUT")
        ->needs(image);
    command.add_option("--handler", pack_.handler, "The command of the --image, as Lambda's Handler setting")
        ->type_name("NAME")
        ->needs(image);
    add_choice(command, "--arch", pack_.architecture, architectures,
               "Architecture of the --image (default: x86_64)")
        ->needs(image);
  }

  void add_check() {
    auto* command =
        add_command("check", "Checks a zip against AWS's limits and the form that Lambda accepts");
    command->add_option("ZIP", check_.zip, "The zip")->required()->type_name("");
    add_target(*command, check_.target);
    command
        ->add_option("--handler", check_.handler,
                     "Lambda's Handler setting: is its module in the zip? (default: the project's)")
        ->type_name("NAME");
    command->add_flag("--layer", check_.is_layer, "Check the zip as a layer, which is unpacked at /opt");
    command->add_flag("--markdown", check_.markdown, "As Markdown, for a pull request");
  }

  void add_verify() {
    auto* command =
        add_command("verify", "Runs the events on a zip as the runtime would, and compares the answers");
    command->add_option("ZIP", verify_.zip, "The zip")->required()->type_name("");
    add_folder(*command, verify_.folder);
    add_sandbox(*command, verify_.sandbox);
    add_allow_failing_events(*command, verify_.allow_failing_events);
    add_target(*command, verify_.target);
  }

  void add_diff() {
    auto* command = add_command(
        "diff", "Shows what grew from one zip, manifest or folder to another, by package and file");
    command->add_option("OLD", diff_.before, "A zip, manifest or folder")->required()->type_name("");
    command->add_option("NEW", diff_.after, "Another one")->required()->type_name("");
    command->add_flag("--markdown", diff_.markdown, "As Markdown, for a pull request");
  }

  void add_why() {
    auto* command = add_command("why", "Says why a file is in the bundle, or why it was dropped");
    command->add_option("PATH", why_.path, "A path inside the bundle, as staged")->required()->type_name("");
    add_folder(*command, why_.folder);
  }

  void add_cache() {
    auto* command =
        add_command("cache", "Shows what the cache of all your projects holds; trims or empties it");
    auto* trim =
        command->add_flag("--trim", cache_.trim, "Remove what exceeds its limits, as builds do once a day");
    command->add_flag("--clear", cache_.clear, "Remove all")->excludes(trim);
  }

  void add_rules() {
    auto* command = add_command(
        "rules", "Shows which rules had a part in the last build, which name nothing, and which disagree");
    add_folder(*command, rules_.folder);
    command
        ->add_option("--try", rules_.tried,
                     "Check this rule file, and show what it would change in the project's bundle")
        ->type_name("FILE");
  }

  void add_doctor() {
    auto* command = add_command(
        "doctor", "Says what of a build works on this machine, and what mends the rest; needs no project");
    add_folder(*command, doctor_.folder);
  }

  void add_help() {
    auto* command = add_command(
        "help", "Shows the help of a command; with --format json, all commands and options as data");
    command->add_option("COMMAND", asked_, "The command (default: a list of all commands)")->type_name("");
  }

  void add_completions() {
    auto* command = add_command("completions", "Prints the program with which a shell completes commands");
    add_choice(*command, "SHELL", shell_, shells, "The shell")->required();
  }

  std::string help_of_asked() const {
    const auto asked = app_.get_subcommands();
    return asked.empty() ? app_.help() : asked.front()->help("lbundle");
  }

  // What `lbundle help` prints.
  std::string help_text() const {
    const auto names = command_names();
    if (!asked_.empty() && std::ranges::find(names, asked_) == names.end()) {
      const auto near = nearest_name(asked_, names);
      throw Error("understand", "lbundle help " + asked_, format("there is no command '{}'", asked_),
                  near.empty() ? "lbundle help lists the commands" : format("did you mean '{}'?", near))
          .with_status(ExitStatus::wrong_usage);
    }
    if (common_.format == Format::json) return command_tree_json(command_tree_of(app_), asked_);
    if (!asked_.empty()) return app_.get_subcommand(asked_)->help("lbundle");
    // CLI::App::help would show the help of the command that was parsed, which is `help`.
    return app_.get_formatter()->make_help(&app_, app_.get_name(), CLI::AppFormatMode::Normal);
  }

  std::vector<std::string_view> command_names() const {
    std::vector<std::string_view> names;
    for (const auto* command : app_.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    return names;
  }

  Command chosen_command() {
    if (app_.got_subcommand("init")) return init_;
    if (app_.got_subcommand("build")) return build_;
    if (app_.got_subcommand("stage")) return stage_;
    if (app_.got_subcommand("pack")) return pack_;
    if (app_.got_subcommand("check")) return check_;
    if (app_.got_subcommand("verify")) return verify_;
    if (app_.got_subcommand("diff")) return diff_;
    if (app_.got_subcommand("why")) return why_;
    if (app_.got_subcommand("cache")) return cache_;
    if (app_.got_subcommand("rules")) return rules_;
    if (app_.got_subcommand("doctor")) return doctor_;
    if (app_.got_subcommand("help")) return TextToShow{help_text()};
    if (app_.got_subcommand("completions")) return TextToShow{completions(command_tree_of(app_), shell_)};
    return trace_;
  }

  // The hint for a wrong command line. For an unknown word it is the nearest known command or option. If
  // there is none, or if all words are known but do not go together, it says which help to read.
  std::string hint_for(bool is_unknown_word, int argc, const char* const* argv) const {
    std::vector<std::string> known;
    const auto chosen = app_.get_subcommands();
    if (chosen.empty()) {
      const auto commands = command_names();
      known.assign(commands.begin(), commands.end());
    }
    if (!chosen.empty()) {
      for (const auto* option : chosen.front()->get_options()) known.push_back(option->get_name());
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    for (int i = 1; is_unknown_word && i < argc; ++i) {
      const std::string_view word = argv[i];
      const auto name = word.substr(0, word.find('='));
      if (std::ranges::find(names, name) != names.end()) continue;
      if (const auto near = nearest_name(name, names); !near.empty())
        return format("did you mean '{}'?", near);
    }
    return chosen.empty() ? "lbundle --help lists the commands"
                          : format("lbundle {} --help lists its options", chosen.front()->get_name());
  }

  Error wrong_usage(const CLI::ParseError& error, int argc, const char* const* argv) const {
    std::string line = "lbundle";
    for (int i = 1; i < argc; ++i) line += format(" {}", argv[i]);
    const bool is_unknown_word = dynamic_cast<const CLI::RequiresError*>(&error) == nullptr &&
                                 dynamic_cast<const CLI::ExcludesError*>(&error) == nullptr;
    return Error("understand", line, error.what(), hint_for(is_unknown_word, argc, argv))
        .with_status(ExitStatus::wrong_usage);
  }

  CLI::App app_;
  CommonOptions common_;
  InitCommand init_;
  BuildCommand build_;
  StageCommand stage_;
  TraceCommand trace_;
  PackCommand pack_;
  CheckCommand check_;
  VerifyCommand verify_;
  DiffCommand diff_;
  WhyCommand why_;
  CacheCommand cache_;
  RulesCommand rules_;
  DoctorCommand doctor_;
  std::string asked_;  // the command of `lbundle help`
  Shell shell_ = Shell::bash;
};

}  // namespace

Invocation parse_command_line(int argc, const char* const* argv) {
  // The words after "--" are another program's command line, so no options of lbundle are looked for in them.
  const auto* const* end = argv + argc;
  const auto* const* separator =
      std::find_if(argv, end, [](const char* word) { return std::string_view(word) == "--"; });
  auto invocation = Parser().parse(static_cast<int>(separator - argv), argv);
  auto* trace = std::get_if<TraceCommand>(&invocation.command);
  if (separator == end) {
    if (trace != nullptr && (trace->root || trace->output)) {
      throw Error("understand", "lbundle trace",
                  "--root and -o are only for a command to trace, which follows `--`",
                  "lbundle trace --root TREE -o LOG -- CMD ARG…")
          .with_status(ExitStatus::wrong_usage);
    }
    return invocation;
  }
  if (trace == nullptr) {
    throw Error("understand", "--", "only `lbundle trace` takes another command", "lbundle trace --help")
        .with_status(ExitStatus::wrong_usage);
  }
  trace->command.assign(separator + 1, end);
  if (trace->command.empty() || !trace->output) {
    throw Error("understand", "lbundle trace … --", "a command and `-o LOG` are needed to trace any command",
                "lbundle trace --root TREE -o LOG -- CMD ARG…")
        .with_status(ExitStatus::wrong_usage);
  }
  return invocation;
}

}  // namespace lbundle::cli
