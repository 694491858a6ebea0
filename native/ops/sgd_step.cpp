// One update of one parameter w by its gradient, in place and in one pass (PyTorch's convention):
//
//   d = gradient_scale·gradient + decay·w      v = momentum·v + d      w = shrink·w − rate·(nesterov ? d + momentum·v : v)
//
// Without velocity v = d. Decoupled weight decay has decay = 0 and shrink = 1 − rate·weight decay, else shrink = 1.
#include "ops/parameter_step.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sgd_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

#ifndef CONVGRAD_MOMENTUM_NUMBERS  // one type for all instruction sets
#define CONVGRAD_MOMENTUM_NUMBERS
namespace convgrad {
template <class T>
struct MomentumNumbers : StepNumbers<T> {
  T momentum, first, second;  // the step is first·d + second·v: (0, 1), or (1, momentum) for Nesterov's
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

template <class T>
void sgd_elements(T* w, const T* gradient, int64_t n, const StepNumbers<T>& by) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> d = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    store(w + i, old * by.shrink - d * by.rate, n - i);
  }
}

template <class T>
void momentum_elements(T* w, const T* gradient, int64_t n, const MomentumNumbers<T>& by, T* velocity) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> d = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    const Vec<T> v = load(velocity + i, n - i) * by.momentum + d;
    store(velocity + i, v, n - i);
    store(w + i, old * by.shrink - (d * by.first + v * by.second) * by.rate, n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void sgd_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, OptionalBuffer velocity,
                     OptionalBuffer scale_tensor, double gradient_scale, double decay, double shrink, double rate,
                     double momentum, bool nesterov) {
  visit_float(parameter.dtype, [&]<class T>() {
    const StepNumbers<T> by{T(decay), T(shrink), T(rate)};
    if (velocity) {
      const T first = nesterov ? 1 : 0, second = nesterov ? T(momentum) : 1;
      launch_step(launch, CONVGRAD_DISPATCH(momentum_elements<T>), {by, T(momentum), first, second}, parameter, gradient,
                  gradient_scale, scale_tensor, velocity->as<T>());
    } else {
      launch_step(launch, CONVGRAD_DISPATCH(sgd_elements<T>), by, parameter, gradient, gradient_scale, scale_tensor);
    }
  });
}
REGISTER_OP(sgd_step);

}  // namespace convgrad
#endif
