// Weight gradients of dense layers of bfloat16, C = A^T op(B): what matmul_bfloat16.cpp calls where A is transposed.
#pragma once
#include "ops/matmul.h"

namespace convgrad {

/** As launch_matmul with transpose_a. Launches nothing and returns false unless A and B are bfloat16, C is float32, and the
    processor has fast products of bfloat16. */
bool launch_weight_gradient_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b,
                                     const Buffer& c, const Finish<float>& finish);

}  // namespace convgrad
