// A number of bytes. This is the only place that prints units.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace lbundle {

// Never negative. A difference of sizes can be negative, so it is a std::int64_t, printed by to_signed_text.
class ByteSize {
 public:
  constexpr ByteSize() = default;
  constexpr explicit ByteSize(std::uint64_t bytes) : bytes_(bytes) {}

  constexpr std::uint64_t bytes() const { return bytes_; }
  constexpr ByteSize& operator+=(ByteSize other) {
    bytes_ += other.bytes_;
    return *this;
  }
  friend constexpr ByteSize operator+(ByteSize a, ByteSize b) { return a += b; }
  constexpr auto operator<=>(const ByteSize&) const = default;

 private:
  std::uint64_t bytes_ = 0;
};

// a - b, which may be negative.
std::int64_t difference(ByteSize a, ByteSize b);

// In decimal units, as AWS prints its limits for people: "512 B", "3.1 kB", "163.8 MB".
std::string to_text(ByteSize size);
// With its sign: "+3.1 MB", "-512 B", "±0 B".
std::string to_signed_text(std::int64_t bytes);

}  // namespace lbundle
