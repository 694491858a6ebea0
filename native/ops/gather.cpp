// Rows by number, x [outer][extent][inner], y [outer][count][inner], indices int32 [count]:
//   gather            y[o][n][i] = x[o][indices[n]][i]; any dtype
//   gather_gradient   dx[o][e][i] = sum of dy[o][n][i] over the n with indices[n] = e,
//                     0 where e is `ignored` (-1 for none)
// Gradients assign; terms are added in the order of n.
// The first index outside of the extent fails the forward pass; the gradient has no element for it.
#include <cstring>
#include <stdexcept>
#include <string>

#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/gather.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// Rows first … last − 1 of one [extent][inner]; dy [count][inner].
template <class T>
void scatter_rows(const int32_t* indices, const T* dy, T* dx, int64_t count, int64_t inner, int64_t first, int64_t last,
                  int64_t ignored) {
  for (int64_t i = first * inner; i < last * inner; i += kLanes<T>) store(dx + i, Vec<T>{}, last * inner - i);
  for (int64_t n = 0; n < count; n++) {
    const int64_t e = indices[n];
    if (e < first || e >= last || e == ignored) continue;
    const T* from = dy + n * inner;
    T* to = dx + e * inner;
    for (int64_t i = 0; i < inner; i += kLanes<T>)
      store(to + i, load(to + i, inner - i) + load(from + i, inner - i), inner - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void check_indices(const Buffer& indices, int64_t extent) {
  const auto* index = indices.as<int32_t>();
  for (int64_t n = 0; n < indices.length; n++)
    if (index[n] < 0 || index[n] >= extent)
      throw std::out_of_range("indices[" + std::to_string(n) + "] is " + std::to_string(index[n]) +
                              ", outside of 0 to " + std::to_string(extent - 1));
}

static void gather(Launch& launch, const Buffer& x, const Buffer& indices, const Buffer& y, int64_t outer,
                   int64_t extent, int64_t inner) {
  const int64_t bytes = inner * static_cast<int64_t>(size_of(x.dtype)), count = indices.length;
  const int64_t several = inner > 0 && inner < kChunk ? kChunk / inner : 1;
  launch([=] {
    check_indices(indices, extent);
    if (bytes == 0) return;
    for_chunks(outer * count, [&](int64_t start, int64_t rows) {
      for (int64_t row = start; row < start + rows; row++) {
        const int64_t e = indices.as<int32_t>()[row % count];
        std::memcpy(y.as<char>() + row * bytes, x.as<char>() + (row / count * extent + e) * bytes,
                    static_cast<size_t>(bytes));
      }
    }, several);
  });
}
REGISTER_OP(gather);

static void gather_gradient(Launch& launch, const Buffer& indices, const Buffer& dy, const Buffer& dx, int64_t outer,
                            int64_t extent, int64_t inner, int64_t ignored) {
  if (dx.length == 0) return;
  visit_float(dx.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(scatter_rows<T>);
    launch([=] {
      // A task owns a block of rows and looks for them among all indices.
      const int64_t few = (extent + 15) / 16, rows = kChunk / inner > few ? kChunk / inner : few;
      const int64_t blocks = (extent + rows - 1) / rows, count = indices.length;
      parallel_for(outer * blocks, [&](int64_t task) {
        const int64_t o = task / blocks, first = task % blocks * rows;
        kernel(indices.as<int32_t>(), dy.as<T>() + o * count * inner, dx.as<T>() + o * extent * inner, count, inner,
               first, first + rows < extent ? first + rows : extent, ignored);
      });
    });
  });
}
REGISTER_OP(gather_gradient);

}  // namespace convgrad
#endif
