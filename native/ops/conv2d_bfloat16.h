// Convolution of bfloat16 images with float32 filters: what conv2d.cpp calls when images are bfloat16.
#pragma once
#include "gemm/contract.h"
#include "gemm/conv_algorithm.h"
#include "gemm/conv_shape.h"
#include "runtime/op.h"

namespace convgrad {

/** As launch_conv2d. Products are of filters rounded to bfloat16 or not, as the algorithm has it; sums are float32. */
void launch_conv2d_bfloat16(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm,
                            const bfloat16* source, const float* filter, bfloat16* target, const Finish<float>& finish);

/** As launch_conv2d_filter_gradient. */
void launch_conv2d_filter_gradient_bfloat16(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm,
                                            const bfloat16* x, const bfloat16* dy, float* d_filter, float* d_bias);

}  // namespace convgrad
