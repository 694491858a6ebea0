// Weight gradients of dense layers of bfloat16, C = A^T op(B): what matmul_bfloat16.cpp calls where A is transposed.
#pragma once
#include "ops/matmul.h"

namespace convgrad {

/** As launch_matmul with transpose_a; A, B and C are bfloat16 or float32 each. */
void launch_weight_gradient_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b,
                                     const Buffer& c, const Finish<float>& finish);

}  // namespace convgrad
