// Element types of buffers, and the bridge from a run-time dtype to a compile-time type.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "runtime/bfloat16.h"

namespace convgrad {

enum class DType : uint8_t { float32 = 0, float64 = 1, int32 = 2, uint8 = 3, bfloat16 = 4 };

constexpr size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float32: return 4;
    case DType::float64: return 8;
    case DType::int32: return 4;
    case DType::uint8: return 1;
    case DType::bfloat16: return 2;
  }
  return 0;
}

// Calls visit.template operator()<T>() with T = float or double.
template <class Visit>
decltype(auto) visit_float(DType dtype, Visit&& visit) {
  switch (dtype) {
    case DType::float32: return visit.template operator()<float>();
    case DType::float64: return visit.template operator()<double>();
    default: throw std::invalid_argument("expected a float32 or float64 buffer");
  }
}

// The same with T = bfloat16, too: for ops that compute in Sum<T> and have bfloat16 in memory only.
template <class Visit>
decltype(auto) visit_stored(DType dtype, Visit&& visit) {
  return dtype == DType::bfloat16 ? visit.template operator()<bfloat16>() : visit_float(dtype, visit);
}

}  // namespace convgrad
