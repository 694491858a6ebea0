// Labels are data: only the stream sees them. One that names no class fails the operation, before anything is read by it.
#pragma once
#include <stdexcept>
#include <string>

#include "runtime/buffers.h"

namespace convgrad {

constexpr int64_t kNoLabel = int64_t{1} << 32;  // what no label is

inline bool is_label(int32_t label, int64_t classes) { return label >= 0 && label < classes; }

// To be called on the stream, outside of parallel loops. Labels that are `ignored` may name no class.
inline void check_labels(const Buffer& labels, int64_t classes, int64_t ignored = kNoLabel) {
  const auto* label = labels.as<int32_t>();
  for (int64_t i = 0; i < labels.length; i++)
    if (!is_label(label[i], classes) && label[i] != ignored)
      throw std::out_of_range("labels[" + std::to_string(i) + "] is " + std::to_string(label[i]) +
                              ", outside of the classes 0 to " + std::to_string(classes - 1));
}

}  // namespace convgrad
