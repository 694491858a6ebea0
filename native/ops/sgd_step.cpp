// One update of one parameter w by its gradient, in place and in one pass (PyTorch's convention):
//
//   d = gradient_scale·gradient + decay·w      v = momentum·v + d      w = shrink·w − rate·(nesterov ? d + momentum·v : v)
//
// Without velocity v = d. Decoupled weight decay has decay = 0 and shrink = 1 − rate·weight decay, else shrink = 1.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/sgd_step.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

template <class T>
void sgd_elements(T* w, const T* gradient, int64_t n, T gradient_scale, T decay, T shrink, T rate) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> d = load(gradient + i, n - i) * gradient_scale + old * decay;
    store(w + i, old * shrink - d * rate, n - i);
  }
}

// The step is first·d + second·v: (0, 1), or (1, momentum) for Nesterov's.
template <class T>
void momentum_elements(T* w, const T* gradient, T* velocity, int64_t n, T gradient_scale, T decay, T shrink, T rate,
                       T momentum, T first, T second) {
  for (int64_t i = 0; i < n; i += kLanes<T>) {
    const Vec<T> old = load(w + i, n - i);
    const Vec<T> d = load(gradient + i, n - i) * gradient_scale + old * decay;
    const Vec<T> v = load(velocity + i, n - i) * momentum + d;
    store(velocity + i, v, n - i);
    store(w + i, old * shrink - (d * first + v * second) * rate, n - i);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

// `scale_tensor`, if given, holds one more factor of the gradient, known to the stream only.
static void sgd_step(Launch& launch, const Buffer& parameter, const Buffer& gradient, OptionalBuffer velocity,
                     OptionalBuffer scale_tensor, double gradient_scale, double decay, double shrink, double rate,
                     double momentum, bool nesterov) {
  visit_float(parameter.dtype, [&]<class T>() {
    const auto plain = CONVGRAD_DISPATCH(sgd_elements<T>);
    const auto with_momentum = CONVGRAD_DISPATCH(momentum_elements<T>);
    T* v = velocity ? velocity->as<T>() : nullptr;
    const T* factor = scale_tensor ? scale_tensor->as<T>() : nullptr;
    launch([=] {
      const T scale = static_cast<T>(factor ? gradient_scale * static_cast<double>(*factor) : gradient_scale);
      const T first = nesterov ? 1 : 0, second = nesterov ? static_cast<T>(momentum) : 1;
      for_chunks(parameter.length, [&](int64_t start, int64_t n) {
        T* w = parameter.as<T>() + start;
        const T* g = gradient.as<T>() + start;
        const T l2 = static_cast<T>(decay), keep = static_cast<T>(shrink), step = static_cast<T>(rate);
        if (v) with_momentum(w, g, v + start, n, scale, l2, keep, step, static_cast<T>(momentum), first, second);
        else plain(w, g, n, scale, l2, keep, step);
      });
    });
  });
}
REGISTER_OP(sgd_step);

}  // namespace convgrad
#endif
