// One Adagrad update of one parameter w, in place and in one pass (Duchi et al. 2011; PyTorch's form):
//
//   g = gradient_scale·gradient + decay·w         s = s + g²         w = shrink·w − rate·g / (√s + ε)
#include "ops/parameter_step.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/adagrad_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void adagrad_elements(T* w, const T* gradient, int64_t n, const StepNumbers<T>& by, T* square_sum) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> g = load(gradient + i, n - i) * by.gradient_scale + old * by.decay;
    const Vec<T> s = load(square_sum + i, n - i) + g * g;
    store(square_sum + i, s, n - i);
    store(w + i, old * by.shrink - g * by.rate / (sqrt(s) + by.epsilon), n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void adagrad_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, const Buffer& square_sum,
                         OptionalBuffer scale_tensor, double gradient_scale, double decay, double shrink, double rate,
                         double epsilon) {
  visit_float(parameter.dtype, [&]<class T>() {
    const StepNumbers<T> by{T(decay), T(shrink), T(rate), T(epsilon)};
    launch_step(launch, CONVGRAD_DISPATCH(adagrad_elements<T>), by, parameter, gradient, gradient_scale, scale_tensor,
                square_sum.as<T>());
  });
}
REGISTER_OP(adagrad_step);

}  // namespace convgrad
#endif
