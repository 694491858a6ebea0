// Splitting work on x[outer][extent][inner] that runs down its columns: body(o, column, columns) on the pool.
// Matrices of few elements share a task; wide ones are cut into pieces. By shape alone.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

template <class Body>
void for_columns(int64_t outer, int64_t extent, int64_t inner, Body&& body) {
  const int64_t width = inner < 1024 ? inner : 1024, pieces = width > 0 ? (inner + width - 1) / width : 0;
  const int64_t work = extent * width + 1, several = work < kChunk ? kChunk / work : 1;
  for_chunks(outer * pieces, [&](int64_t start, int64_t count) {
    for (int64_t item = start; item < start + count; item++) {
      const int64_t column = item % pieces * width;
      body(item / pieces, column, inner - column < width ? inner - column : width);
    }
  }, several);
}

}  // namespace convgrad
