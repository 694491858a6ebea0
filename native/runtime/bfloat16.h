// bfloat16: the upper half of a float32, with its range and 8 significant bits. A storage format: numbers are widened when
// they are read, computed with in float32, and rounded to nearest even when they are written.
#pragma once
#include <cstdint>

namespace convgrad {

#define CONVGRAD_ALWAYS_INLINE inline __attribute__((always_inline))  // so that no instruction set's copy serves another

struct bfloat16 {
  uint16_t bits;

  bfloat16() = default;
  CONVGRAD_ALWAYS_INLINE bfloat16(float value) {  // NOLINT: assigning a sum rounds it
    const uint32_t pattern = __builtin_bit_cast(uint32_t, value);
    const bool nan = (pattern & 0x7fffffff) > 0x7f800000;
    bits = static_cast<uint16_t>((nan ? pattern | 0x400000 : pattern + 0x7fff + (pattern >> 16 & 1)) >> 16);
  }
  CONVGRAD_ALWAYS_INLINE operator float() const { return __builtin_bit_cast(float, static_cast<uint32_t>(bits) << 16); }
};

#undef CONVGRAD_ALWAYS_INLINE

namespace detail {
template <class T>
struct SumOf {
  using Type = T;
};
template <>
struct SumOf<bfloat16> {
  using Type = float;
};
}  // namespace detail

/** What sums of T are taken in, and what weights, biases and statistics beside T are: T itself, float for bfloat16. */
template <class T>
using Sum = typename detail::SumOf<T>::Type;

}  // namespace convgrad
