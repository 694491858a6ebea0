// Conversions as steps of other ops, for kernels that know float32 only.
#pragma once
#include "runtime/op.h"

namespace convgrad {

/** n numbers of x as float32 in scratch memory, from here on in the stream. */
float* launch_widen(Launch& launch, const bfloat16* x, int64_t n);

/** y[i] = x[i], rounded; x was computed before in the stream. */
void launch_narrow(Launch& launch, const float* x, bfloat16* y, int64_t n);

}  // namespace convgrad
