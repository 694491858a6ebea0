// How the logits of a digit sequence lie in a row:
// those of the length 0 … lengths − 1, then those of each digit in turn.
#pragma once
#include <stdexcept>
#include <string>

#include "ops/labels.h"
#include "runtime/buffers.h"

namespace convgrad {

struct DigitHeads {
  int64_t lengths, digits, classes;

  int64_t width() const { return lengths + digits * classes; }
  int64_t start(int64_t digit) const { return lengths + digit * classes; }
  // The digits that a sequence of that length has heads for.
  int64_t used(int64_t length) const { return length < digits ? length : digits; }
};

// Checks rows of [length, digits…], those beyond the length excepted.
// To be called on the stream, outside of parallel loops.
inline void check_sequences(const Buffer& target, const DigitHeads& heads) {
  const Labels row(target);
  const auto fail = [](int64_t at, int32_t value, const char* what, int64_t count) {
    throw std::out_of_range("target[" + std::to_string(at) + "] is " + std::to_string(value) + ", outside of the " +
                            what + " 0 to " + std::to_string(count - 1));
  };
  for (int64_t at = 0; at < target.length; at += 1 + heads.digits) {
    const int32_t length = row[at];
    if (!is_label(length, heads.lengths)) fail(at, length, "lengths", heads.lengths);
    for (int64_t i = 1; i <= heads.used(length); i++)
      if (!is_label(row[at + i], heads.classes)) fail(at + i, row[at + i], "digits", heads.classes);
  }
}

}  // namespace convgrad
