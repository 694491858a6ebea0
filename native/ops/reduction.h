// Launching reductions: y[outer][inner] = the rows of x[outer][extent][inner] reduced to one, for each `outer`.
//
// Rows are split into blocks by shape alone, the blocks are reduced in any order, and their results, as rows of a smaller
// problem, in the same way: the result does not depend on the number of threads.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

constexpr int64_t kBlock = 1 << 13;    // elements of a block (more where rows are long)
constexpr int64_t kMaxColumns = 4096;  // of one task

// reduce(x, rows, stride, columns, y), see reduce_rows.h: `first` takes x, `next` what came of it, T or Sum<T>.
template <class T, class Y>
void reduce_axis(Launch& launch, void (*first)(const T*, int64_t, int64_t, int64_t, Y*),
                 void (*next)(const Y*, int64_t, int64_t, int64_t, Y*), const T* x, Y* y, int64_t outer, int64_t extent,
                 int64_t inner) {
  if (outer == 0 || inner == 0) return;
  const int64_t columns = inner < kMaxColumns ? inner : kMaxColumns;
  const int64_t rows = kBlock / columns > 64 ? kBlock / columns : 64;
  const int64_t blocks = extent > rows ? (extent + rows - 1) / rows : 1;
  const int64_t pieces = (inner + columns - 1) / columns;
  const int64_t parts = blocks * pieces;
  const int64_t several = extent * inner < kChunk ? kChunk / (extent * inner + 16) : 1;  // small matrices of one task
  Y* const to = blocks > 1 ? launch.scratch<Y>(outer * blocks * inner) : y;
  launch([=] {
    parallel_for((outer + several - 1) / several * parts, [&](int64_t task) {
      const int64_t begin = task / parts * several, end = outer - begin < several ? outer : begin + several;
      const int64_t row = task % parts / pieces * rows, column = task % pieces * columns;
      const int64_t height = extent - row < rows ? extent - row : rows;
      const int64_t width = inner - column < columns ? inner - column : columns;
      for (int64_t o = begin; o < end; o++)
        first(x + (o * extent + row) * inner + column, height, inner, width,
              to + (o * blocks + row / rows) * inner + column);
    });
  });
  if (blocks > 1) reduce_axis(launch, next, next, to, y, outer, blocks, inner);
}

}  // namespace convgrad
