// Launching elementwise kernels: kernel(inputs…, output, n, parameters…) over arrays of one length, chunk by chunk, or tile by
// tile (see tiles.h) where one of them is bfloat16 and the kernel's T is float.
#pragma once
#include "ops/chunks.h"
#include "ops/tiles.h"
#include "runtime/op.h"

namespace convgrad {

namespace detail {

// body(start, n) over chunks of `length` elements, on the pool; at most a tile at once if `tiled`.
template <class Body>
void for_pieces(int64_t length, bool tiled, Body&& body) {
  for_chunks(length, [&](int64_t start, int64_t count) {
    const int64_t end = start + count, step = tiled ? kTile : kChunk;
    for (int64_t at = start; at < end; at += step) body(at, end - at < step ? end - at : step);
  });
}

}  // namespace detail

template <class T, class... Parameters>
void elementwise(Launch& launch, void (*kernel)(const T*, T*, int64_t, Parameters...), const Buffer& x, const Buffer& y,
                 Parameters... parameters) {
  launch([=] {
    detail::for_pieces(y.length, is_tiled<T>(x) || is_tiled<T>(y), [&](int64_t start, int64_t n) {
      Tile<T> x_tile, y_tile;
      kernel(read_tile(x, start, n, x_tile.elements), write_tile(y, start, y_tile.elements), n, parameters...);
      finish_tile(y, start, n, y_tile.elements);
    });
  });
}

template <class T, class... Parameters>
void elementwise(Launch& launch, void (*kernel)(const T*, const T*, T*, int64_t, Parameters...), const Buffer& a,
                 const Buffer& b, const Buffer& y, Parameters... parameters) {
  launch([=] {
    detail::for_pieces(y.length, is_tiled<T>(a) || is_tiled<T>(b) || is_tiled<T>(y), [&](int64_t start, int64_t n) {
      Tile<T> a_tile, b_tile, y_tile;
      const T *from_a = read_tile(a, start, n, a_tile.elements), *from_b = read_tile(b, start, n, b_tile.elements);
      kernel(from_a, from_b, write_tile(y, start, y_tile.elements), n, parameters...);
      finish_tile(y, start, n, y_tile.elements);
    });
  });
}

}  // namespace convgrad
