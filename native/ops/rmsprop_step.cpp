// One RMSprop update of one parameter w, in place and in one pass (Tieleman & Hinton 2012; PyTorch's form):
//
//   g = gradient_scale·gradient + decay·w         s = ρ·s + (1 − ρ)·g²         a = ρ·a + (1 − ρ)·g
//   d = g / (√(s − a²) + ε)                       v = momentum·v + d           w = shrink·w − rate·v
//
// Without the mean a, a = 0; without the velocity v, v = d.
#include "ops/parameter_step.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/rmsprop_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

#ifndef CONVGRAD_RMSPROP_NUMBERS  // one type for all instruction sets
#define CONVGRAD_RMSPROP_NUMBERS
namespace convgrad {
template <class T>
struct RmspropNumbers : StepNumbers<T> {
  T rho, one_minus_rho, momentum;
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

template <class T>
void rmsprop_elements(T* w, const T* gradient, int64_t n, const RmspropNumbers<T>& by, T* mean_square, T* mean,
                      T* velocity) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> g = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    const Vec<T> s = load(mean_square + i, n - i) * by.rho + g * g * by.one_minus_rho;
    store(mean_square + i, s, n - i);
    Vec<T> variance = s;
    if (mean) {
      const Vec<T> a = load(mean + i, n - i) * by.rho + g * by.one_minus_rho;
      store(mean + i, a, n - i);
      variance = max(s - a * a, Vec<T>{});  // rounding must not make it negative
    }
    Vec<T> v = g / (sqrt(variance) + by.epsilon);
    if (velocity) {
      v += load(velocity + i, n - i) * by.momentum;
      store(velocity + i, v, n - i);
    }
    store(w + i, old * by.shrink - v * by.rate, n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void rmsprop_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, const Buffer& mean_square,
                         OptionalBuffer mean, OptionalBuffer velocity, OptionalBuffer scale_tensor,
                         double gradient_scale, double decay, double shrink, double rate, double rho, double epsilon,
                         double momentum) {
  visit_float(parameter.dtype, [&]<class T>() {
    const RmspropNumbers<T> by{
        {T(decay), T(shrink), T(rate), T(epsilon)}, T(rho), T(1 - rho), T(momentum)};
    launch_step(launch, CONVGRAD_DISPATCH(rmsprop_elements<T>), by, parameter, gradient, gradient_scale, scale_tensor,
                mean_square.as<T>(), state<T>(mean), state<T>(velocity));
  });
}
REGISTER_OP(rmsprop_step);

}  // namespace convgrad
#endif
