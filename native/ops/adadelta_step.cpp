// One Adadelta update of one parameter w, in place and in one pass (Zeiler 2012, arXiv 1212.5701; PyTorch's form):
//
//   g = gradient_scale·gradient + decay·w         v = ρ·v + (1 − ρ)·g²         d = g·√(u + ε) / √(v + ε)
//   u = ρ·u + (1 − ρ)·d²                          w = shrink·w − rate·d
//
// v: mean of squared gradients, u: mean of squared steps.
#include "ops/parameter_step.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/adadelta_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

#ifndef CONVGRAD_ADADELTA_NUMBERS  // one type for all instruction sets
#define CONVGRAD_ADADELTA_NUMBERS
namespace convgrad {
template <class T>
struct AdadeltaNumbers : StepNumbers<T> {
  T rho, one_minus_rho;
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

template <class T>
void adadelta_elements(T* w, const T* gradient, int64_t n, const AdadeltaNumbers<T>& by, T* mean_square, T* mean_step) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i), u = load(mean_step + i, n - i);
    const Vec<T> g = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    const Vec<T> v = load(mean_square + i, n - i) * by.rho + g * g * by.one_minus_rho;
    const Vec<T> d = g * sqrt(u + by.epsilon) / sqrt(v + by.epsilon);
    store(mean_square + i, v, n - i);
    store(mean_step + i, u * by.rho + d * d * by.one_minus_rho, n - i);
    store(w + i, old * by.shrink - d * by.rate, n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void adadelta_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, const Buffer& mean_square,
                          const Buffer& mean_step, OptionalBuffer scale_tensor, double gradient_scale, double decay,
                          double shrink, double rate, double rho, double epsilon) {
  visit_float(parameter.dtype, [&]<class T>() {
    const AdadeltaNumbers<T> by{{T(decay), T(shrink), T(rate), T(epsilon)}, T(rho), T(1 - rho)};
    launch_step(launch, CONVGRAD_DISPATCH(adadelta_elements<T>), by, parameter, gradient, gradient_scale, scale_tensor,
                mean_square.as<T>(), mean_step.as<T>());
  });
}
REGISTER_OP(adadelta_step);

}  // namespace convgrad
#endif
