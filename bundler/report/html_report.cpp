// The problem: someone who did not run the build asks where the megabytes are, what was removed and whether
// the result can be trusted. They have a browser. The idea: one file. Tables are made here, so they are
// visible without script and on paper. page.js makes the treemap and the list of all files from one block of
// JSON, because five thousand rows as HTML would be five times the size and slow to open. Names come from
// strangers' packages, so every one is escaped for its place, and the policy lets nothing run or load that
// was not hashed here. Tried and rejected: a chart library (an external request, or half a megabyte), and a
// treemap that is laid out here (it could not follow the window's size).
#include "report/html_report.hpp"

#include <algorithm>
#include <stdexcept>

#include "embedded/page.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/base64.hpp"
#include "os/digest_of.hpp"
#include "report/escape.hpp"
#include "report/html_sections.hpp"
#include "report/untried.hpp"

namespace lbundle {

namespace {

std::string embedded(std::string_view name) {
  for (const auto& [path, text] : embedded_page) {
    if (path.ends_with(name)) return std::string(text);
  }
  throw BrokenAssumption("the page's parts are in the program");
}

// A source of a Content-Security-Policy (CSP level 3, "hash-source").
std::string hash_source(const std::string& text) {
  return "'sha256-" + encode_base64(digest_of(text).bytes) + "'";
}

// Gives each text a number, in the order of first use, because files share packages, reasons and events.
class Numbering {
 public:
  std::size_t number_of(const Json& value) {
    const auto [found, is_new] = numbers_.try_emplace(to_line(value), list_.size());
    if (is_new) list_.push_back(value);
    return found->second;
  }
  const Json& list() const { return list_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  Json list_ = Json::array();
};

Json events_of(const ManifestFile& file, Numbering& events) {
  std::set<std::size_t> numbers;
  for (const auto& [kind, by_event] : file.evidence) {
    for (const auto& [event, runs] : by_event) numbers.insert(events.number_of(printable(event)));
  }
  return numbers;
}

// The numbers that page.js reads. page.js also lists the order of a file's fields.
std::string numbers_json(const Manifest& manifest) {
  Numbering packages, reasons, events;
  std::map<std::string, std::string> versions;
  for (const auto& package : manifest.packages) versions[package.name] = package.version;
  auto files = Json::array();
  for (const auto& [path, file] : manifest.files) {
    const auto& decision = file.decision;
    const auto& reason = decision.reason;
    const auto becomes =
        decision.becomes == path || !file.is_in_bundle() ? "" : printable(decision.becomes.bytes());
    const auto package = packages.number_of({printable(file.package), printable(versions[file.package])});
    files.push_back(
        {printable(path.bytes()), package, to_text(decision.verdict), decision.before.bytes(),
         decision.after.bytes(), file.zipped.bytes(),
         reasons.number_of({printable(reason.stage), printable(reason.text), printable(reason.rule)}),
         becomes, events_of(file, events)});
  }
  for (const auto& [path, file] : manifest.added) {
    const auto text =
        file.link_target.empty() ? "written by lbundle" : "a link to " + printable(file.link_target);
    files.push_back({printable(path.bytes()), packages.number_of({"", ""}), "add", 0, file.size.bytes(),
                     file.zipped.bytes(), reasons.number_of({"", text, ""}), "", Json::array()});
  }
  return script_safe_json(to_line({{"packages", packages.list()},
                                   {"reasons", reasons.list()},
                                   {"events", events.list()},
                                   {"files", files}}));
}

std::string head(const std::string& title, const std::string& style, const std::string& script) {
  return format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {}; style-src "
      "{}; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n",
      hash_source(script), hash_source(style), html_text(title), style);
}

std::string facts_line(const BuildReport& report) {
  std::string text;
  for (const auto& fact : {report.runtime, report.architecture,
                           report.backend.empty() ? std::string{} : "staged by " + stager(report)}) {
    if (!fact.empty()) text += (text.empty() ? "" : " · ") + html_text(fact);
  }
  return text;
}

// Empty until the script fills it. Without script, the tables say the same in less detail.
constexpr const char* treemap_section = R"(<section aria-labelledby="map">
<h2 id="map">Where the bytes are</h2>
<noscript><p class="note">The map and the list of files need JavaScript; the tables do not.</p></noscript>
<div id="treemap" hidden>
<div class="controls">
<fieldset><legend>Size</legend>
<label><input type="radio" name="size" value="bundle" checked> bundle</label>
<label><input type="radio" name="size" value="zipped"> zipped</label>
<label><input type="radio" name="size" value="staged"> staged</label>
</fieldset>
<nav aria-label="Place in the map"><ol id="crumbs"></ol></nav>
<span id="legend" class="note" hidden>grey: not in the bundle</span>
</div>
<div id="canvas" role="group" aria-label="Treemap; Enter looks inside, Escape goes back"></div>
<p id="detail" aria-live="polite"></p>
</div>
</section>
)";

constexpr const char* files_section = R"(<section aria-labelledby="files" id="files-section" hidden>
<h2 id="files">Every staged file</h2>
<form class="controls" id="filter">
<label>Find <input type="search" id="words" placeholder="path, package, reason" autocomplete="off" spellcheck="false"></label>
<label>Verdict <select id="verdict"><option value="">all</option><option selected>drop</option><option>keep</option><option>replace</option><option>add</option></select></label>
<output id="count" for="words verdict"></output>
</form>
<div class="wide"><table id="file-table"><thead><tr>
<th scope="col"><button type="button" data-key="path">File</button></th>
<th scope="col"><button type="button" data-key="package">Package</button></th>
<th scope="col"><button type="button" data-key="verdict">Verdict</button></th>
<th scope="col"><button type="button" data-key="reason">Why</button></th>
<th scope="col" class="number"><button type="button" data-key="before">Staged</button></th>
<th scope="col" class="number"><button type="button" data-key="after">Bundle</button></th>
<th scope="col" class="number"><button type="button" data-key="zipped">Zipped</button></th>
</tr></thead><tbody></tbody></table></div>
<p><button type="button" id="more">Show more</button></p>
</section>
)";

}  // namespace

std::string html_page(const BuildReport& report, const Manifest& manifest) {
  const auto style = embedded("page.css");
  const auto script = embedded("page.js");
  std::string page = head(report.function + " - lbundle", style, script);
  page +=
      format("<body>\n<header>\n<h1>{}</h1>\n<p>{}</p>\n", html_text(report.function), facts_line(report));
  page += html::summary(report, manifest) + "</header>\n<main>\n";
  page += html::findings(report) + html::limits(report) + treemap_section;
  page += html::stages(report) + html::events(report) + html::packages(manifest);
  page += html::reasons(manifest) + untried_html(report.untried) + html::sharing(report) + files_section +
          html::suggestions(report);
  page +=
      "</main>\n<footer><p>Made by lbundle. Sizes are in decimal units; zipped counts compressed "
      "bytes.</p></footer>\n";
  page += "<script type=\"application/json\" id=\"numbers\">" + numbers_json(manifest) + "</script>\n";
  page += "<script>" + script + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace lbundle
