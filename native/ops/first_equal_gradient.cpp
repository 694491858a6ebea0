// dx[o][e][i] = dy[o][i] at the first e with x[o][e][i] = y[o][i] (or both NaN), else 0: the gradient of max and min.
// Gradients assign.
#include "ops/columns.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/first_equal_gradient.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void first_equal_columns(const T* x, const T* y, const T* dy, T* dx, int64_t extent, int64_t stride, int64_t columns) {
  for (int64_t c = 0; c < columns; c += kLanes<T>) {
    const Vec<T> target = load(y + c, columns - c), share = load(dy + c, columns - c);
    Mask<T> open = ~Mask<T>{};
    for (int64_t i = c; i < c + extent * stride; i += stride) {
      const Vec<T> v = load(x + i, columns - c);
      const Mask<T> hit = open & ((v == target) | (v != v));
      store(dx + i, select(hit, share, Vec<T>{}), columns - c);
      open &= ~hit;
    }
  }
}

template <class T>
void first_equal_row(const T* x, const T* y, const T* dy, T* dx, int64_t extent, int64_t, int64_t) {
  bool open = true;
  for (int64_t e = 0; e < extent; e++) {
    const bool hit = open && (x[e] == *y || x[e] != x[e]);
    dx[e] = hit ? *dy : T(0);
    open = open && !hit;
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void first_equal_gradient(Launch& launch, const Buffer& x, const Buffer& y, const Buffer& dy, const Buffer& dx,
                                 int64_t outer, int64_t extent, int64_t inner) {
  visit_stored(x.dtype, [&]<class T>() {
    const auto kernel = inner == 1 ? CONVGRAD_DISPATCH(first_equal_row<T>) : CONVGRAD_DISPATCH(first_equal_columns<T>);
    launch([=] {
      for_columns(outer, extent, inner, [&](int64_t o, int64_t column, int64_t columns) {
        const int64_t in = o * extent * inner + column, out = o * inner + column;
        kernel(x.as<T>() + in, y.as<T>() + out, dy.as<T>() + out, dx.as<T>() + in, extent, inner, columns);
      });
    });
  });
}
REGISTER_OP(first_equal_gradient);

}  // namespace convgrad
#endif
