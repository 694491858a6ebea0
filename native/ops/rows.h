// Launching kernels that take whole rows of [rows][n]: kernel(inputs…, output, n) for each row, several to a task.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

constexpr int64_t kRowChunk = 1 << 13;  // elements of one task

template <class Body>
void for_rows(int64_t rows, int64_t n, Body&& body) {
  for_chunks(n > 0 ? rows : 0, [&](int64_t start, int64_t count) {
    for (int64_t row = start; row < start + count; row++) body(row);
  }, n < kRowChunk ? kRowChunk / (n + 1) + 1 : 1);
}

template <class T>
void rowwise(Launch& launch, void (*kernel)(const T*, T*, int64_t), const Buffer& x, const Buffer& y, int64_t rows,
             int64_t n) {
  launch([=] { for_rows(rows, n, [&](int64_t row) { kernel(x.as<T>() + row * n, y.as<T>() + row * n, n); }); });
}

template <class T>
void rowwise(Launch& launch, void (*kernel)(const T*, const T*, T*, int64_t), const Buffer& a, const Buffer& b,
             const Buffer& y, int64_t rows, int64_t n) {
  launch([=] {
    for_rows(rows, n, [&](int64_t row) { kernel(a.as<T>() + row * n, b.as<T>() + row * n, y.as<T>() + row * n, n); });
  });
}

}  // namespace convgrad
