// The words of a JavaScript source: what a look for names and texts in it needs, and no more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

struct JsToken {
  enum class Kind { name, text, form, number, regex, sign };
  Kind kind = Kind::sign;
  // A name; a text's value; of a template ("form") the constant parts are `parts`; a sign: "(", "=>", "++".
  std::string text;
  std::vector<std::string> parts;           // of a form: one more than `holes`
  std::vector<std::vector<JsToken>> holes;  // what stands between ${ and }
  int line = 1;
  int depth = 0;  // of braces around it

  bool is(Kind wanted, std::string_view value) const { return kind == wanted && text == value; }
  bool is_sign(std::string_view value) const { return is(Kind::sign, value); }
  bool is_name(std::string_view value) const { return is(Kind::name, value); }
};

struct JsTokens {
  std::vector<JsToken> tokens;
  // Brackets, texts and templates come out even. Where they do not, a slash was taken for what it was not,
  // and words may be missing.
  bool even = true;
};

// Comments are left out, escapes in texts are resolved (ECMA-262, Lexical Grammar). Never throws: what is no
// JavaScript gives some tokens and `even` false.
JsTokens read_js(std::string_view source);

}  // namespace lbundle
