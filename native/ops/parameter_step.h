// One update of one parameter by its gradient and its state, element by element, in place and in one pass:
//
//   kernel(w, gradient, n, numbers, states…)
//
// The gradient's scale comes apart from the other numbers: `scale_tensor`, if given, holds one more factor of it, known to the
// stream only; the product is rounded once.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

/** What every update has: d = gradient_scale·gradient + decay·w, and w = shrink·w − …; each adds its own numbers. */
template <class T>
struct StepNumbers {
  T decay, shrink, rate, epsilon = 0;
  T gradient_scale = 0;  // written by launch_step
};

template <class T>
T* state(OptionalBuffer buffer) { return buffer ? buffer->as<T>() : nullptr; }

template <class T, class Numbers, class... States>
void launch_step(Launch& launch, void (*kernel)(T*, const T*, int64_t, const Numbers&, States*...),
                 const Numbers& numbers, const Buffer& parameter, const Buffer& gradient, double gradient_scale,
                 OptionalBuffer scale_tensor, States*... states) {
  const T* factor = state<T>(scale_tensor);
  launch([=] {
    Numbers by = numbers;
    by.gradient_scale = static_cast<T>(factor ? gradient_scale * static_cast<double>(*factor) : gradient_scale);
    for_chunks(parameter.length, [&](int64_t start, int64_t n) {
      kernel(parameter.as<T>() + start, gradient.as<T>() + start, n, by, (states ? states + start : nullptr)...);
    });
  });
}

}  // namespace convgrad
