// The float32 convolutions of conv2d.cpp, for what computes with other numbers where it has no kernel of its own.
#pragma once
#include "gemm/contract.h"
#include "gemm/conv_algorithm.h"
#include "gemm/conv_shape.h"
#include "runtime/op.h"

namespace convgrad {

/** target = the convolution of source; the gradient by the input, given dy as source, where `gradient`. */
void launch_conv2d(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const float* source,
                   const float* filter, float* target, const Finish<float>& finish);

/** d_filter and d_bias, which may be null, from x and dy. */
void launch_conv2d_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const float* x,
                                   const float* dy, float* d_filter, float* d_bias);

/** launch_conv2d by minimal filtering, of float32, float64 or bfloat16 images; `algorithm` says which. */
template <class T>
void launch_winograd(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const T* source,
                     const Sum<T>* filter, T* target, const Finish<Sum<T>>& finish);

/** launch_conv2d_filter_gradient likewise. */
template <class T>
void launch_winograd_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const T* x,
                                     const T* dy, Sum<T>* d_filter, Sum<T>* d_bias);

/** launch_conv2d_filter_gradient of as many groups as channels and filters. */
template <class T>
void launch_depthwise_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, Sum<T>* d_filter,
                                      Sum<T>* d_bias);

}  // namespace convgrad
