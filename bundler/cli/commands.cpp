#include "cli/commands.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <unistd.h>

#include "cache/inventory.hpp"
#include "cli/cache_output.hpp"
#include "cli/diff_output.hpp"
#include "cli/doctor_output.hpp"
#include "cli/init_output.hpp"
#include "cli/output.hpp"
#include "cli/project_of.hpp"
#include "init/init.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "os/progress.hpp"
#include "os/tree.hpp"
#include "package/check.hpp"
#include "package/diff.hpp"
#include "package/layer_form.hpp"
#include "package/pack.hpp"
#include "package/pack_form.hpp"
#include "pipeline.hpp"
#include "prune/rule_use.hpp"
#include "report/check_markdown.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"
#include "report/why_report.hpp"
#include "sandbox/tracer_program.hpp"
#include "single_stages.hpp"
#include "zip/writer.hpp"

namespace lbundle::cli {

namespace {

class CommandRunner {
 public:
  explicit CommandRunner(const CommonOptions& common)
      : common_(common),
        jobs_(common.jobs == 0 ? available_cores() : common.jobs),
        store_(default_cache_folder()) {}

  ExitStatus operator()(const TextToShow& shown) const {
    print(shown.text);
    return ExitStatus::done;
  }

  ExitStatus operator()(const InitCommand& command) const {
    print(init_output(init::init_project({command.folder.empty() ? fs::current_path() : command.folder,
                                          command.function, command.handler, command.runtime, command.force}),
                      common_));
    return ExitStatus::done;
  }

  ExitStatus operator()(const BuildCommand& command) const {
    auto project = project_of(command.folder);
    apply(command, project);
    const auto output = command.output.value_or(project.folder / "dist" / (project.function.name + ".zip"));
    project.output = fs::absolute(output);
    std::optional<CacheUse> in_use(std::in_place, store_.folder());
    const auto outcome =
        build(project,
              {fs::absolute(output), jobs_, command.frozen, command.update_baseline, command.reason,
               !command.no_repair, command.debug_files ? fs::absolute(*command.debug_files) : HostPath()},
              store_);
    print(common_.format == Format::json ? build_json(outcome.report)
                                         : build_text(outcome.report, text_style(common_)));
    in_use.reset();
    trim_cache_now_and_then(store_.folder());
    if (outcome.published) return ExitStatus::done;
    log_warning(format("nothing was published: the zip that failed is {}", outcome.report.zip_path));
    return ExitStatus::judged_bad;
  }

  ExitStatus operator()(const StageCommand& command) const {
    const auto project = project_of(command.folder);
    const CacheUse in_use(store_.folder());
    const auto tree = stage_alone(project, store_, jobs_);
    print(stage_result(tree, common_));
    return has_error(tree.findings) ? ExitStatus::judged_bad : ExitStatus::done;
  }

  ExitStatus operator()(const TraceCommand& command) const {
    if (!command.command.empty()) become_tracer(command);
    auto project = project_of(command.folder);
    if (command.sandbox) project.sandbox.mode = *command.sandbox;
    const CacheUse in_use(store_.folder());
    const auto unshrunk = trace_alone(project, store_, jobs_);
    print(trace_result(project.events, unshrunk, common_));
    return ExitStatus::done;
  }

  ExitStatus operator()(const PackCommand& command) const {
    const auto files = scan_tree(command.tree, jobs_);
    require_packable(files);
    if (command.image) return pack_image(command, files);
    if (command.split) return pack_split(command, files);
    const auto packed = pack_one(command, command.layer ? as_layer(files) : files, command.output);
    print(pack_result(packed, common_));
    return has_error(packed.findings) ? ExitStatus::judged_bad : ExitStatus::done;
  }

  ExitStatus operator()(const CheckCommand& command) const {
    const auto project = project_here();
    const CheckedAs as{judged_function(command.target, project), command.handler, command.is_layer};
    if (!as.handler.empty() && !as.function) {
      throw Error("check", "--handler " + as.handler,
                  "no runtime is known, and each reads the setting in its own way",
                  "name the runtime: `--runtime python3.13`")
          .with_status(ExitStatus::wrong_usage);
    }
    const auto report = check_zip(command.zip, project, as, store_, jobs_);
    if (command.markdown) {
      print(check_markdown(report));
    } else {
      print(common_.format == Format::json ? check_json(report) : check_text(report, text_style(common_)));
    }
    return has_error(report.findings) ? ExitStatus::judged_bad : ExitStatus::done;
  }

  ExitStatus operator()(const VerifyCommand& command) const {
    auto project = project_of(command.folder);
    apply(command.target, project);
    if (command.sandbox) project.sandbox.mode = *command.sandbox;
    project.allow_failing_events = command.allow_failing_events;
    const CacheUse in_use(store_.folder());
    const auto report = verify_zip(command.zip, project, store_, jobs_);
    print(common_.format == Format::json ? verify_json(report) : verify_text(report, text_style(common_)));
    return report.is_good() ? ExitStatus::done : ExitStatus::judged_bad;
  }

  ExitStatus operator()(const DiffCommand& command) const {
    const auto names = common_names(command.before, command.after);
    const auto changes =
        diff(list_sizes(command.before, names, jobs_), list_sizes(command.after, names, jobs_));
    if (command.markdown) {
      print(diff_markdown(changes));
    } else {
      print(common_.format == Format::json ? diff_json(changes) : diff_text(changes, text_style(common_)));
    }
    return ExitStatus::done;
  }

  ExitStatus operator()(const WhyCommand& command) const {
    const auto project = project_of(command.folder);
    const auto answer = explain(last_manifest(project), command.path);
    print(common_.format == Format::json ? why_json(answer) : why_text(answer, text_style(common_)));
    return answer.subject == WhyAnswer::Subject::unknown ? ExitStatus::judged_bad : ExitStatus::done;
  }

  ExitStatus operator()(const CacheCommand& command) const {
    const auto& folder = store_.folder();
    const auto bounds = cache_bounds();
    std::optional<Removed> removed;
    if (command.trim) removed = trim_cache(folder, bounds);
    if (command.clear) removed = empty_cache(folder);
    print(cache_result(folder, list_cache(folder), bounds, removed, common_));
    return ExitStatus::done;
  }

  ExitStatus operator()(const DoctorCommand& command) const {
    const auto examination = examine(project_to_examine(command.folder), store_, jobs_);
    print(common_.format == Format::json ? doctor_json(examination)
                                         : doctor_text(examination, text_style(common_)));
    return can_build(examination.checks) ? ExitStatus::done : ExitStatus::could_not;
  }

  ExitStatus operator()(const RulesCommand& command) const {
    const auto project = project_of(command.folder);
    if (command.tried) return try_rule_file(*command.tried, project);
    const auto report =
        rule_use(last_manifest(project), built_in_rules(project.function.runtime.language), project.prune);
    print(common_.format == Format::json ? rules_json(report) : rules_text(report, text_style(common_)));
    return ExitStatus::done;
  }

 private:
  ExitStatus try_rule_file(const HostPath& file, const Project& project) const {
    const CacheUse in_use(store_.folder());
    const auto trial = try_rules(project, file, store_, jobs_);
    print(common_.format == Format::json ? rule_trial_json(trial)
                                         : rule_trial_text(trial, text_style(common_)));
    return has_error(trial.findings) ? ExitStatus::judged_bad : ExitStatus::done;
  }

  ExitStatus pack_image(const PackCommand& command, const FileSet& files) const {
    // Images name processors by Go's names (GOARCH).
    const auto* architecture = command.architecture == "arm64" ? "arm64" : "amd64";
    print(image_result(image::write_image(files, command.output,
                                          {architecture, command.base, command.handler, zip::entry_date()}),
                       common_));
    return ExitStatus::done;
  }

  PackedZip pack_one(const PackCommand& command, const FileSet& files, const HostPath& output) const {
    return pack(files, output, {zip_level(command.level), jobs_, &store_, show_progress("pack")});
  }

  // The layer is written first: if the second write fails, a layer without its function is better than a
  // function without its layer.
  ExitStatus pack_split(const PackCommand& command, const FileSet& files) const {
    const auto parts = split_off_layer(files);
    auto layer = pack_one(command, parts.layer, *command.split);
    auto function = pack_one(command, parts.function, command.output);
    const auto add = [](PackedZip& packed, const CheckResult& checked) {
      append(packed.findings, checked.findings);
    };
    CheckOptions options{.read_contents = false, .jobs = jobs_};
    options.use.handler_runs = true;  // where the handler is, is not known here, and not judged
    add(layer, check(*command.split, {}, options));
    add(function, check(command.output, {.direct_upload = true, .layers_unzipped = layer.unzipped}, options));
    print(split_result(function, layer, common_));
    const bool bad = has_error(function.findings) || has_error(layer.findings);
    return bad ? ExitStatus::judged_bad : ExitStatus::done;
  }

  static HostPath existing_folder(const HostPath& path) {
    boost::system::error_code failure;
    auto folder = fs::canonical(path, failure);
    if (failure) throw system_error("read", path.string(), failure.value());
    return folder;
  }

  // Replaces this process by the tracer, so that streams, terminal, signals and exit status are those of the
  // traced command.
  [[noreturn]] static void become_tracer(const TraceCommand& command) {
    const auto program = tracer_program().string();
    std::vector<std::string> words = {program, "--log", fs::absolute(*command.output).string()};
    if (command.root) words.insert(words.end(), {"--root", existing_folder(*command.root).string()});
    words.emplace_back("--");
    words.insert(words.end(), command.command.begin(), command.command.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // A signal that is ignored stays ignored after exec, so the default is restored: the traced command must
    // see its usual SIGPIPE.
    std::signal(SIGPIPE, SIG_DFL);
    execv(program.c_str(), arguments.data());
    throw system_error("run", program, errno);
  }

  const CommonOptions& common_;
  unsigned jobs_;
  Store store_;
};

}  // namespace

ExitStatus carry_out(const Invocation& invocation) {
  return std::visit(CommandRunner(invocation.common), invocation.command);
}

}  // namespace lbundle::cli
