// Broadcasting for binary elementwise kernels.
//
// y is seen as [outer, middle, inner]. Along each of the three an operand either varies, or has one element that all
// share: bit 0, 1, 2 of `varies` say so for a's inner, middle and outer axis, bits 3, 4, 5 for b's.
// Kernels know nothing of this: kernel(a, b, y, n) reads two arrays. Where an operand does not lie in memory as y does, it
// is stretched into a tile in the L1 cache first, once for as long as it stays the same. bfloat16 meets kernels of float in
// tiles, too (see tiles.h).
#pragma once
#include "ops/chunks.h"
#include "ops/tiles.h"
#include "runtime/op.h"

namespace convgrad {

struct Broadcast {
  int64_t outer, middle, inner;
  int32_t varies;
};

// An operand along one line [middle, inner] of y. Rows shorter than a tile share one.
template <class T>
class BroadcastOperand {
 public:
  BroadcastOperand(const Buffer& x, const Broadcast& plan, int32_t varies)
      : x_(x), inner_(plan.inner), by_column_(varies & 1), by_row_(varies & 2) {
    const int64_t row = by_column_ ? plan.inner : 1, line = by_row_ ? plan.middle * row : row;
    line_stride_ = varies & 4 ? line : 0;
  }

  // Whether any number of y's elements can be read at once.
  bool contiguous() const { return by_column_ && by_row_; }

  void start_line(int64_t outer) {
    line_ = outer * line_stride_;
    tiled_from_ = -1;
  }

  // n elements from `position`: whole rows if they are shorter than a tile, else a piece of one row, at most a tile long.
  // Any number where the operand is contiguous and not tiled.
  const T* read(int64_t position, int64_t n) {
    if (contiguous()) return read_tile(x_, line_ + position, n, tile_.elements);
    const int64_t row = position / inner_;
    if (by_column_ && inner_ >= kTile) return read_tile(x_, line_ + (position - row * inner_), n, tile_.elements);
    const int64_t source = !by_row_ ? 0 : inner_ >= kTile ? row : position;
    if (source != tiled_from_ || n > tiled_) {
      const int64_t from = by_row_ ? line_ + row : line_;
      if (is_tiled<T>(x_)) stretch(x_.as<bfloat16>() + from, n);
      else stretch(x_.as<T>() + from, n);
      tiled_from_ = source;
      tiled_ = n;
    }
    return tile_.elements;
  }

 private:
  template <class Stored>
  void stretch(const Stored* x, int64_t n) {
    for (int64_t start = 0; start < n; start += inner_) {
      const int64_t count = n - start < inner_ ? n - start : inner_;
      if (by_column_) {
        for (int64_t i = 0; i < count; i++) tile_.elements[start + i] = static_cast<T>(x[i]);
      } else {
        for (int64_t i = 0; i < count; i++) tile_.elements[start + i] = static_cast<T>(*x);
        if (by_row_) x++;
      }
    }
  }

  Buffer x_;
  int64_t line_ = 0, inner_, line_stride_ = 0;
  bool by_column_, by_row_;
  int64_t tiled_from_ = -1, tiled_ = 0;
  Tile<T> tile_;
};

template <class T>
void broadcast_binary(Launch& launch, void (*kernel)(const T*, const T*, T*, int64_t), const Buffer& a, const Buffer& b,
                      const Buffer& y, const Broadcast& plan) {
  launch([=] {
    const int64_t inner = plan.inner, line = plan.middle * inner;
    if (y.length == 0) return;
    const int64_t segment = inner < kTile ? kTile / inner * inner : kTile;
    const int64_t piece = line <= kChunk ? line : inner < kTile ? kChunk / inner * inner : kChunk;
    const int64_t pieces = (line + piece - 1) / piece;
    const int64_t lines = line < kChunk ? kChunk / line : 1;  // a task has several short lines, or a piece of a long one
    parallel_for((plan.outer + lines - 1) / lines * pieces, [&](int64_t task) {
      BroadcastOperand<T> left(a, plan, plan.varies), right(b, plan, plan.varies >> 3);
      const bool whole = left.contiguous() && right.contiguous();
      const bool tiled = is_tiled<T>(a) || is_tiled<T>(b) || is_tiled<T>(y);
      Tile<T> tile;
      const int64_t start = task % pieces * piece, end = line - start < piece ? line : start + piece;
      const int64_t first = task / pieces * lines, last = plan.outer - first < lines ? plan.outer : first + lines;
      for (int64_t outer = first; outer < last; outer++) {
        left.start_line(outer);
        right.start_line(outer);
        for (int64_t position = start; position < end;) {
          int64_t n = end - position;
          if ((!whole || tiled) && n > segment) n = segment;
          if (!whole && inner >= kTile && n > inner - position % inner) n = inner - position % inner;
          kernel(left.read(position, n), right.read(position, n), write_tile(y, outer * line + position, tile.elements), n);
          finish_tile(y, outer * line + position, n, tile.elements);
          position += n;
        }
      }
    });
  });
}

}  // namespace convgrad
