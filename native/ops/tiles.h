// float32 kernels over buffers of bfloat16: a tile at a time is widened in the L1 cache, and what a kernel writes there is rounded
// into its buffer. Memory carries bfloat16 only, and a kernel is compiled for float and double.
#pragma once
#include <cstdint>
#include <type_traits>

#include "runtime/buffers.h"

namespace convgrad {

constexpr int64_t kTile = 1024;  // elements

// Vectors do not straddle cache lines, and tiles side by side do not lie a multiple of 4096 bytes apart, which processors mistake
// for the same place.
template <class T>
struct alignas(64) Tile {
  T elements[kTile];
  T apart[64 / sizeof(T)];
};

// In ops/cast.cpp, by the instruction set in use.
void widen_elements(const bfloat16* x, float* y, int64_t n);
void narrow_elements(const float* x, bfloat16* y, int64_t n);

// As visit_float, with T = float for bfloat16, too.
template <class Visit>
decltype(auto) visit_widened(DType dtype, Visit&& visit) {
  return visit_float(dtype == DType::bfloat16 ? DType::float32 : dtype, visit);
}

// Whether a kernel of T meets this buffer in a tile.
template <class T>
bool is_tiled(const Buffer& buffer) {
  return std::is_same_v<T, float> && buffer.dtype == DType::bfloat16;
}

// Elements start … start + n − 1 of x: where they are, or widened in `tile`.
template <class T>
const T* read_tile(const Buffer& x, int64_t start, int64_t n, T* tile) {
  if constexpr (std::is_same_v<T, float>) {
    if (is_tiled<T>(x)) {
      widen_elements(x.as<bfloat16>() + start, tile, n);
      return tile;
    }
  }
  return x.as<T>() + start;
}

// Where to write y from `start` on: in its place, or in `tile`, which finish_tile() then rounds.
template <class T>
T* write_tile(const Buffer& y, int64_t start, T* tile) {
  return is_tiled<T>(y) ? tile : y.as<T>() + start;
}

template <class T>
void finish_tile(const Buffer& y, int64_t start, int64_t n, const T* tile) {
  if constexpr (std::is_same_v<T, float>)
    if (is_tiled<T>(y)) narrow_elements(tile, y.as<bfloat16>() + start, n);
}

}  // namespace convgrad
