// Matrix products with bfloat16 operands: what matmul.cpp calls when A, B or C is bfloat16.
#pragma once
#include "ops/matmul.h"

namespace convgrad {

/** As launch_matmul; A, B and C are bfloat16 or float32 each. */
void launch_matmul_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b, const Buffer& c,
                            const Finish<float>& finish);

}  // namespace convgrad
