// One update of one parameter w by its gradient, in place and in one pass (Kingma & Ba 2014, arXiv 1412.6980):
//
//   g = gradient_scale·gradient + decay·w      m = β₁·m + (1 − β₁)·g      v = β₂·v + (1 − β₂)·g²
//   w = shrink·w − rate·m / (√v·root_scale + ε)
//
//   PyTorch   rate = learning rate / (1 − β₁ᵗ)                   root_scale = 1 / √(1 − β₂ᵗ)
//   Keras     rate = learning rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)      root_scale = 1
//
// Decoupled weight decay (Loshchilov & Hutter 2017, arXiv 1711.05101) has decay = 0 and shrink = 1 − learning rate·weight
// decay, else shrink = 1.
#include "ops/parameter_step.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/adam_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

#ifndef CONVGRAD_ADAM_NUMBERS  // one type for all instruction sets
#define CONVGRAD_ADAM_NUMBERS
namespace convgrad {
template <class T>
struct AdamNumbers : StepNumbers<T> {
  T beta1, one_minus_beta1, beta2, one_minus_beta2, root_scale;
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

template <class T>
void adam_elements(T* w, const T* gradient, int64_t n, const AdamNumbers<T>& by, T* mean, T* mean_square) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> g = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    const Vec<T> m = load(mean + i, n - i) * by.beta1 + g * by.one_minus_beta1;
    const Vec<T> v = load(mean_square + i, n - i) * by.beta2 + g * g * by.one_minus_beta2;
    store(mean + i, m, n - i);
    store(mean_square + i, v, n - i);
    store(w + i, old * by.shrink - m * by.rate / (sqrt(v) * by.root_scale + by.epsilon), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void adam_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, const Buffer& mean,
                      const Buffer& mean_square, OptionalBuffer scale_tensor, double gradient_scale, double decay,
                      double shrink, double rate, double beta1, double beta2, double root_scale, double epsilon) {
  visit_float(parameter.dtype, [&]<class T>() {
    const AdamNumbers<T> by{
        {T(decay), T(shrink), T(rate), T(epsilon)}, T(beta1), T(1 - beta1), T(beta2), T(1 - beta2), T(root_scale)};
    launch_step(launch, CONVGRAD_DISPATCH(adam_elements<T>), by, parameter, gradient, gradient_scale, scale_tensor,
                mean.as<T>(), mean_square.as<T>());
  });
}
REGISTER_OP(adam_step);

}  // namespace convgrad
#endif
