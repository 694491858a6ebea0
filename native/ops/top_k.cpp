// The k largest elements of each row of x [rows][extent]:
//   top_k                 indices[r][j] = where in row r the j-th largest element is; of equal ones the first counts as
//                         larger, and NaN as larger than any number
//   take_along            y[r][j] = x[r][indices[r][j]]
//   take_along_gradient   dx[r][e] = dy[r][j] where indices[r][j] = e, which occurs at most once, else 0; assigned
#include <algorithm>

#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

static int64_t rows_per_task(int64_t extent) { return extent < kChunk ? kChunk / extent : 1; }

static void top_k(Launch& launch, const Buffer& x, const Buffer& indices, int64_t extent, int64_t k) {
  visit_float(x.dtype, [&]<class T>() {
    int32_t* order = launch.scratch<int32_t>(x.length);
    launch([=] {
      for_chunks(x.length / extent, [&](int64_t start, int64_t count) {
        for (int64_t row = start; row < start + count; row++) {
          const T* v = x.as<T>() + row * extent;
          int32_t* first = order + row * extent;
          for (int64_t e = 0; e < extent; e++) first[e] = static_cast<int32_t>(e);
          std::partial_sort(first, first + k, first + extent, [v](int32_t a, int32_t b) {
            const bool a_nan = v[a] != v[a], b_nan = v[b] != v[b];
            if (a_nan || b_nan) return a_nan && b_nan ? a < b : a_nan;
            return v[a] != v[b] ? v[a] > v[b] : a < b;
          });
          std::copy(first, first + k, indices.as<int32_t>() + row * k);
        }
      }, rows_per_task(extent));
    });
  });
}
REGISTER_OP(top_k);

static void take_along(Launch& launch, const Buffer& x, const Buffer& indices, const Buffer& y, int64_t extent,
                       int64_t k) {
  visit_float(x.dtype, [&]<class T>() {
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t count) {
        for (int64_t i = start; i < start + count; i++)
          y.as<T>()[i] = x.as<T>()[i / k * extent + indices.as<int32_t>()[i]];
      });
    });
  });
}
REGISTER_OP(take_along);

static void take_along_gradient(Launch& launch, const Buffer& indices, const Buffer& dy, const Buffer& dx,
                                int64_t extent, int64_t k) {
  visit_float(dx.dtype, [&]<class T>() {
    launch([=] {
      for_chunks(dx.length / extent, [&](int64_t start, int64_t count) {
        std::fill_n(dx.as<T>() + start * extent, count * extent, T{});
        for (int64_t i = start * k; i < (start + count) * k; i++)
          dx.as<T>()[i / k * extent + indices.as<int32_t>()[i]] = dy.as<T>()[i];
      }, rows_per_task(extent));
    });
  });
}
REGISTER_OP(take_along_gradient);

}  // namespace convgrad
