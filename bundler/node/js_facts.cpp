// The problem: what a module loads stands in it as text, but seldom as one plain text: names are put together
// from a platform, a folder and a constant, and `require` goes by other names in what bundlers and compilers
// write. The idea: a small evaluation of expressions that knows texts, templates, "+", path.join, new URL and
// the names of the module's own folder, and writes a hole for all else; whatever is handed to something whose
// name has "require" or "import" in it is loaded. Every text is a mention besides, which counts where it
// names a file or an installed package. Rejected: following values through functions, as the platform names
// of native addons come from functions of other modules anyway, and a hole matches them.
#include "node/js_facts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <regex>

#include "node/js_tokens.hpp"

namespace lbundle {

namespace {

using Kind = JsToken::Kind;
using Tokens = std::vector<JsToken>;

constexpr std::array<std::string_view, 2> joining{"join", "resolve"};
constexpr std::array<std::string_view, 9> passing{"fileURLToPath",    "pathToFileURL", "normalize",
                                                  "String",           "toString",      "realpathSync",
                                                  "toNamespacedPath", "decodeURI",     "decodeURIComponent"};
// Longer ones are messages.
constexpr std::size_t longest_mention = 200;

template <typename Words>
bool is_one_of(const Words& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

bool is_constant(const std::string& value) {
  return value.find_first_of("\1\2\3") == std::string::npos;
}

bool begins_here(const std::string& value) {
  return value.starts_with(js_folder);
}

// "lib/x" of "\2/lib/x": the folder of a path, as path.dirname gives it.
std::string folder_of(const std::string& path) {
  if (path == std::string(1, js_file)) return std::string(1, js_folder);
  const auto slash = path.rfind('/');
  if (slash != std::string::npos) return path.substr(0, slash);
  return begins_here(path) ? path + "/.." : std::string(1, js_hole);
}

bool loads_by_name(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower.find("require") != std::string::npos || lower.find("import") != std::string::npos ||
         lower == "dlopen" || lower == "bindings";
}

class Reader {
 public:
  explicit Reader(JsFacts& facts) : facts_(facts) {}

  void read(const Tokens& tokens) {
    learn_names(tokens);
    look_at(tokens);
  }

 private:
  // Where an evaluation stands in a list of tokens.
  struct Cursor {
    const Tokens& tokens;
    std::size_t at = 0;

    bool is_end() const { return at >= tokens.size(); }
    const JsToken& token(std::size_t ahead = 0) const {
      static const JsToken none;
      return at + ahead < tokens.size() ? tokens[at + ahead] : none;
    }
    bool sign(std::string_view text, std::size_t ahead = 0) const { return token(ahead).is_sign(text); }
  };

  // const NAME = EXPRESSION, where the expression begins at the own folder or is a plain text. A name that is
  // given two values has none.
  void learn_names(const Tokens& tokens) {
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
      if (tokens[i].kind != Kind::name || !tokens[i + 1].is_sign("=") || tokens[i + 2].is_sign("=")) continue;
      if (i > 0 && (tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign("?."))) continue;
      Cursor cursor{tokens, i + 2};
      const auto value = evaluate(cursor);
      const auto [known, is_new] = names_.emplace(tokens[i].text, value);
      if (!is_new && known->second != value) known->second = std::string(1, js_hole);
    }
    std::erase_if(names_, [](const auto& entry) {
      return !is_constant(entry.second) && !begins_here(entry.second) && entry.second[0] != js_file;
    });
  }

  void look_at(const Tokens& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto& token = tokens[i];
      if (token.kind == Kind::text) {
        mention(token.text);
      } else if (token.kind == Kind::form) {
        for (const auto& part : token.parts) mention(part);
        for (const auto& hole : token.holes) look_at(hole);
      } else if (token.kind == Kind::name) {
        look_at_name(tokens, i);
      }
      look_for_place(tokens, i);
    }
  }

  void mention(const std::string& text) {
    if (text.empty() || text.size() > longest_mention || text.find_first_of(" \n\t<>*|") != std::string::npos)
      return;
    facts_.mentions.push_back(text);
  }

  void look_at_name(const Tokens& tokens, std::size_t i) {
    const auto& token = tokens[i];
    const bool is_member = i > 0 && (tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign("?."));
    Cursor next{tokens, i + 1};
    if (token.text == "from" && !is_member && next.token().kind == Kind::text) {
      add_load(next.token().text, JsFacts::Kind::imported, token, token.depth == 0);
      return;
    }
    if (token.text == "import" && !is_member && next.token().kind == Kind::text) {
      add_load(next.token().text, JsFacts::Kind::imported, token, true);
      return;
    }
    // import.meta.resolve("x"), require.resolve("x")
    if (next.sign(".") && next.token(1).is_name("resolve") && loads_by_name(token.text)) next.at += 2;
    if (token.is_name("meta") && next.sign(".") && next.token(1).is_name("resolve")) next.at += 2;
    // (0, module.require)("x")
    if (next.sign(")") && loads_by_name(token.text)) ++next.at;
    if (next.sign("?.")) ++next.at;
    if (!next.sign("(") || (i > 0 && tokens[i - 1].is_name("function"))) return;
    ++next.at;
    if (next.token().kind == Kind::text) {
      facts_.calls.push_back({token.text, next.token().text});
      // set("view engine", "hbs")
      if (next.token(1).is_sign(",") && next.token(2).kind == Kind::text)
        facts_.calls.push_back({token.text, next.token(2).text});
    }
    if (!loads_by_name(token.text) && !token.is_name("meta")) return;
    if (next.sign(")")) return;
    const auto name = evaluate(next);
    const bool imported = token.text == "import" || token.text == "meta";
    add_load(name, imported ? JsFacts::Kind::imported : JsFacts::Kind::required, token,
             token.text == "require" && token.depth == 0);
  }

  void add_load(const std::string& name, JsFacts::Kind kind, const JsToken& token, bool firm) {
    if (name.empty()) return;
    if (name[0] == js_hole || name[0] == js_file) {
      facts_.computed = true;
      return;
    }
    facts_.loads.push_back({name, kind, token.line, firm && is_constant(name)});
  }

  // An expression that begins at the module's own folder, wherever it stands.
  void look_for_place(const Tokens& tokens, std::size_t i) {
    const auto& token = tokens[i];
    const bool may_begin = token.kind == Kind::form || token.is_name("__dirname") || token.is_name("new") ||
                           token.is_name("import") ||
                           (token.kind == Kind::name && (names_.contains(token.text) || is_call(tokens, i)));
    if (!may_begin) return;
    if (i > 0 && (tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign("+"))) return;
    Cursor cursor{tokens, i};
    const auto value = evaluate(cursor);
    if (begins_here(value) && value.size() > 1) facts_.places.push_back({value, token.line});
  }

  // path.join(, join(, path.posix.join(
  static bool is_call(const Tokens& tokens, std::size_t i) {
    while (i + 2 < tokens.size() && tokens[i].kind == Kind::name && tokens[i + 1].is_sign(".")) i += 2;
    return i + 1 < tokens.size() && tokens[i].kind == Kind::name && tokens[i + 1].is_sign("(") &&
           (is_one_of(joining, tokens[i].text) || is_one_of(passing, tokens[i].text));
  }

  // Texts with "+" between them; stops in front of what does not belong to the expression.
  std::string evaluate(Cursor& cursor) {
    auto value = operand(cursor);
    while (cursor.sign("+")) {
      ++cursor.at;
      value += operand(cursor);
    }
    // What follows changes or chooses: a condition, a comparison, another operator.
    static constexpr std::array<std::string_view, 6> ends{")", ",", ";", "]", "}", ":"};
    const auto& next = cursor.token();
    if (next.kind == Kind::sign && !next.text.empty() && !is_one_of(ends, next.text)) {
      skip_rest(cursor);
      return std::string(1, js_hole);
    }
    return value;
  }

  std::string operand(Cursor& cursor) {
    auto value = primary(cursor);
    while (!cursor.is_end()) {
      if (cursor.sign(".") || cursor.sign("?.")) {
        const bool same = cursor.token(1).is_name("pathname") || cursor.token(1).is_name("href");
        const bool call = cursor.token(1).is_name("toString");
        cursor.at += cursor.token(1).kind == Kind::name ? 2 : 1;
        if (!same && !call) value = std::string(1, js_hole);
      } else if (cursor.sign("(") || cursor.sign("[")) {
        const bool keeps = cursor.sign("(") && cursor.token(1).is_sign(")");
        skip_group(cursor);
        if (!keeps) value = std::string(1, js_hole);
      } else if (cursor.token().kind == Kind::form) {
        ++cursor.at;  // a tagged template
        value = std::string(1, js_hole);
      } else {
        break;
      }
    }
    return value;
  }

  std::string primary(Cursor& cursor) {
    const auto& token = cursor.token();
    if (cursor.is_end()) return {};
    if (token.kind == Kind::text) {
      ++cursor.at;
      return token.text;
    }
    if (token.kind == Kind::form) {
      ++cursor.at;
      return form(token);
    }
    if (cursor.sign("(")) {
      ++cursor.at;
      auto value = evaluate(cursor);
      skip_rest(cursor);
      if (cursor.sign(")")) ++cursor.at;
      return value;
    }
    if (token.kind == Kind::name) return named(cursor);
    if (cursor.sign("[") || cursor.sign("{")) {
      skip_group(cursor);
    } else if (!cursor.sign(")") && !cursor.sign("]") && !cursor.sign("}") && !cursor.sign(",") &&
               !cursor.sign(";")) {
      ++cursor.at;
    }
    return std::string(1, js_hole);
  }

  std::string form(const JsToken& token) {
    auto value = token.parts.front();
    for (std::size_t i = 0; i < token.holes.size(); ++i) {
      Cursor inside{token.holes[i], 0};
      auto part = evaluate(inside);
      value += inside.is_end() ? part : std::string(1, js_hole);
      value += token.parts[i + 1];
    }
    return value;
  }

  std::string named(Cursor& cursor) {
    const auto& name = cursor.token().text;
    if (name == "__dirname" || name == "__filename") {
      ++cursor.at;
      return std::string(1, name == "__dirname" ? js_folder : js_file);
    }
    if (name == "import" && cursor.sign(".", 1) && cursor.token(2).is_name("meta") && cursor.sign(".", 3)) {
      const auto& last = cursor.token(4).text;
      if (last == "url" || last == "filename" || last == "dirname") {
        cursor.at += 5;
        return std::string(1, last == "dirname" ? js_folder : js_file);
      }
    }
    if (name == "new" && cursor.token(1).is_name("URL") && cursor.sign("(", 2)) {
      cursor.at += 2;
      const auto arguments = read_arguments(cursor);
      if (arguments.size() == 2 && arguments[1] == std::string(1, js_file))
        return std::string(1, js_folder) + "/" + arguments[0];
      return arguments.size() == 1 ? arguments[0] : std::string(1, js_hole);
    }
    if (name == "await" || name == "new") {
      ++cursor.at;
      return operand(cursor);
    }
    return called(cursor);
  }

  // A name, or a call of one at the end of a chain.
  std::string called(Cursor& cursor) {
    const auto first = cursor.token().text;
    auto last = first;
    std::size_t length = 1;
    while (cursor.sign(".", length) && cursor.token(length + 1).kind == Kind::name) {
      last = cursor.token(length + 1).text;
      length += 2;
    }
    if (!cursor.sign("(", length)) {
      ++cursor.at;
      const auto known = names_.find(first);
      return known == names_.end() ? std::string(1, js_hole) : known->second;
    }
    if (!is_one_of(joining, last) && !is_one_of(passing, last) && last != "dirname") {
      ++cursor.at;
      return std::string(1, js_hole);
    }
    cursor.at += length;
    const auto arguments = read_arguments(cursor);
    if (arguments.empty() || first == "require") return std::string(1, js_hole);
    if (is_one_of(passing, last)) return arguments[0];
    if (last == "dirname") return folder_of(arguments[0]);
    auto path = arguments[0];
    for (std::size_t i = 1; i < arguments.size(); ++i) path += "/" + arguments[i];
    return path;
  }

  // Behind the name of a call; leaves the cursor behind its ")".
  std::vector<std::string> read_arguments(Cursor& cursor) {
    std::vector<std::string> arguments;
    ++cursor.at;
    while (!cursor.is_end() && !cursor.sign(")")) {
      const auto before = cursor.at;
      arguments.push_back(evaluate(cursor));
      skip_rest(cursor);
      if (cursor.sign(",") || cursor.at == before) ++cursor.at;
    }
    if (cursor.sign(")")) ++cursor.at;
    return arguments;
  }

  // To the "," or closing bracket that ends the expression at hand.
  static void skip_rest(Cursor& cursor) {
    while (!cursor.is_end() && !cursor.sign(",") && !cursor.sign(";") && !cursor.sign(")") &&
           !cursor.sign("]") && !cursor.sign("}")) {
      if (cursor.sign("(") || cursor.sign("[") || cursor.sign("{")) {
        skip_group(cursor);
      } else {
        ++cursor.at;
      }
    }
  }

  static void skip_group(Cursor& cursor) {
    int open = 0;
    do {
      const auto& token = cursor.token();
      if (token.kind == Kind::sign) {
        if (token.text == "(" || token.text == "[" || token.text == "{") ++open;
        if (token.text == ")" || token.text == "]" || token.text == "}") --open;
      }
      ++cursor.at;
    } while (open > 0 && !cursor.is_end());
  }

  JsFacts& facts_;
  std::map<std::string, std::string> names_;
};

// Where the words did not come out even: each text behind "require(", "import(", "import" and "from".
void search_plain_text(std::string_view source, JsFacts& facts) {
  static const std::regex pattern(
      R"((require(\.resolve)?\s*\(|import\s*\(|import|from)\s*["'`]([^"'`\s]{1,200})["'`])");
  const std::string text(source);
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    const bool required = (*at)[1].str().starts_with("require");
    facts.loads.push_back(
        {(*at)[3].str(), required ? JsFacts::Kind::required : JsFacts::Kind::imported, 0, false});
  }
}

}  // namespace

JsFacts read_js_facts(std::string_view source) {
  JsFacts facts;
  const auto tokens = read_js(source);
  Reader(facts).read(tokens.tokens);
  if (!tokens.even) search_plain_text(source, facts);
  std::ranges::sort(facts.mentions);
  facts.mentions.erase(std::unique(facts.mentions.begin(), facts.mentions.end()), facts.mentions.end());
  return facts;
}

}  // namespace lbundle
