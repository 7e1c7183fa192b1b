#include "prune/node_dropped_notice.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace lbundle {
namespace {

std::string first(const std::string& source) {
  return with_first_statement(source, "X;");
}

TEST(NodeDroppedNotice, ComesAfterWhatMustBeFirst) {
  EXPECT_EQ(first("a();"), "X;a();");
  EXPECT_EQ(first(""), "X;");
  EXPECT_EQ(first("#!/usr/bin/env node\na();"), "#!/usr/bin/env node\nX;a();");
  EXPECT_EQ(first("// why\n/* and\nhow */ a();"), "// why\n/* and\nhow */ X;a();");
  EXPECT_EQ(first("'use strict';\na();"), "'use strict';X;\na();");
  EXPECT_EQ(first("\"use strict\"\na();"), "\"use strict\";X;\na();");
  EXPECT_EQ(first("'use strict'; 'use asm'; a();"), "'use strict'; 'use asm';X; a();");
  EXPECT_EQ(first("\xEF\xBB\xBF"
                  "a();"),
            "\xEF\xBB\xBF"
            "X;a();");
}

TEST(NodeDroppedNotice, ATextThatIsNotADirectiveStaysInItsStatement) {
  EXPECT_EQ(first("'a' + b;"), "X;'a' + b;");
  EXPECT_EQ(first("'a\\'b';"), "X;'a\\'b';");
}

TEST(NodeDroppedNotice, NoLineMoves) {
  const std::string source = "'use strict'\n\n// c\nexports.handler = 1;\n";
  EXPECT_EQ(std::count(source.begin(), source.end(), '\n'), [](const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  }(first(source)));
}

}  // namespace
}  // namespace lbundle
