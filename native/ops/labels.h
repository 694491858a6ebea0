// Labels are data, int32 or uint8: only the stream sees them. One that names no class fails the operation, before anything is
// read by it.
#pragma once
#include <stdexcept>
#include <string>

#include "runtime/buffers.h"

namespace convgrad {

constexpr int64_t kNoLabel = int64_t{1} << 32;  // what no label is

/** Labels of either type. */
struct Labels {
  const int32_t* words = nullptr;
  const uint8_t* bytes = nullptr;

  Labels() = default;
  explicit Labels(const Buffer& labels) {
    if (labels.dtype == DType::uint8) bytes = labels.as<uint8_t>();
    else words = labels.as<int32_t>();
  }
  explicit operator bool() const { return words || bytes; }
  int32_t operator[](int64_t i) const { return bytes ? bytes[i] : words[i]; }
  /** Those from the i-th on. */
  Labels from(int64_t i) const {
    Labels rest;
    if (bytes) rest.bytes = bytes + i;
    else rest.words = words + i;
    return rest;
  }
};

inline bool is_label(int32_t label, int64_t classes) { return label >= 0 && label < classes; }

// To be called on the stream, outside of parallel loops. Labels that are `ignored` may name no class.
inline void check_labels(const Buffer& labels, int64_t classes, int64_t ignored = kNoLabel) {
  const Labels label(labels);
  for (int64_t i = 0; i < labels.length; i++)
    if (!is_label(label[i], classes) && label[i] != ignored)
      throw std::out_of_range("labels[" + std::to_string(i) + "] is " + std::to_string(label[i]) +
                              ", outside of the classes 0 to " + std::to_string(classes - 1));
}

}  // namespace convgrad
