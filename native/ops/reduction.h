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

// kernel(x, rows, stride, columns, y), see reduce_rows.h
template <class T>
void reduce_axis(Launch& launch, void (*kernel)(const T*, int64_t, int64_t, int64_t, T*), const T* x, T* y,
                 int64_t outer, int64_t extent, int64_t inner) {
  if (outer == 0 || inner == 0) return;
  const int64_t columns = inner < kMaxColumns ? inner : kMaxColumns;
  const int64_t rows = kBlock / columns > 64 ? kBlock / columns : 64;
  const int64_t blocks = extent > rows ? (extent + rows - 1) / rows : 1;
  const int64_t pieces = (inner + columns - 1) / columns;
  const int64_t parts = blocks * pieces;
  const int64_t several = extent * inner < kChunk ? kChunk / (extent * inner + 16) : 1;  // small matrices of one task
  T* const to = blocks > 1 ? launch.scratch<T>(outer * blocks * inner) : y;
  launch([=] {
    parallel_for((outer + several - 1) / several * parts, [&](int64_t task) {
      const int64_t first = task / parts * several, last = outer - first < several ? outer : first + several;
      const int64_t row = task % parts / pieces * rows, column = task % pieces * columns;
      const int64_t height = extent - row < rows ? extent - row : rows;
      const int64_t width = inner - column < columns ? inner - column : columns;
      for (int64_t o = first; o < last; o++)
        kernel(x + (o * extent + row) * inner + column, height, inner, width,
               to + (o * blocks + row / rows) * inner + column);
    });
  });
  if (blocks > 1) reduce_axis<T>(launch, kernel, to, y, outer, blocks, inner);
}

}  // namespace convgrad
