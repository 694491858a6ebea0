// where            y = condition ? a : b, with a condition of y's dtype or uint8, true unless 0
// where_gradient   dx = (condition != 0) == chosen ? dy : 0: chosen for a, not chosen for b. Gradients assign.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/where.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T, class Condition>
CONVGRAD_INLINE Vec<T> load_condition(const Condition* p, int64_t left) {
  if constexpr (sizeof(Condition) == sizeof(T)) {
    return load(p, left);
  } else {
    return load_as<T>(p, left);
  }
}

template <class T, class Condition>
void where_elements(const Condition* condition, const T* a, const T* b, T* y, int64_t n) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> c = load_condition<T>(condition + i, n - i);
    store(y + i, select(c != 0, load(a + i, n - i), load(b + i, n - i)), n - i);
  }
}

template <class T, class Condition>
void where_gradient_elements(const Condition* condition, const T* dy, T* dx, int64_t n, bool chosen) {
  const Vec<T> zero{};
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> c = load_condition<T>(condition + i, n - i), dv = load(dy + i, n - i);
    store(dx + i, chosen ? select(c != 0, dv, zero) : select(c != 0, zero, dv), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

// visit<T, Condition>()
template <class Visit>
static void visit_condition(DType dtype, DType condition, Visit&& visit) {
  visit_float(dtype, [&]<class T>() {
    if (condition == DType::uint8) {
      visit.template operator()<T, uint8_t>();
    } else {
      visit.template operator()<T, T>();
    }
  });
}

static void where(Launch& launch, const Buffer& condition, const Buffer& a, const Buffer& b, const Buffer& y) {
  visit_condition(y.dtype, condition.dtype, [&]<class T, class Condition>() {
    const auto kernel = CONVGRAD_DISPATCH(where_elements<T, Condition>);
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t count) {
        kernel(condition.as<Condition>() + start, a.as<T>() + start, b.as<T>() + start, y.as<T>() + start, count);
      });
    });
  });
}
REGISTER_OP(where);

static void where_gradient(Launch& launch, const Buffer& condition, const Buffer& dy, const Buffer& dx, bool chosen) {
  visit_condition(dx.dtype, condition.dtype, [&]<class T, class Condition>() {
    const auto kernel = CONVGRAD_DISPATCH(where_gradient_elements<T, Condition>);
    launch([=] {
      for_chunks(dx.length, [&](int64_t start, int64_t count) {
        kernel(condition.as<Condition>() + start, dy.as<T>() + start, dx.as<T>() + start, count, chosen);
      });
    });
  });
}
REGISTER_OP(where_gradient);

}  // namespace convgrad
#endif
