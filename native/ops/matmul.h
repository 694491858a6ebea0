// The float32 product of matmul.cpp, for what computes with other numbers where it has no kernel of its own.
#pragma once
#include "gemm/contract.h"
#include "gemm/matmul_blocks.h"
#include "runtime/op.h"

namespace convgrad {

/** Multiplies float32. */
void launch_matmul(Launch& launch, const MatmulShape& shape, const float* a, const float* b, float* c,
                   const Finish<float>& finish);

}  // namespace convgrad
