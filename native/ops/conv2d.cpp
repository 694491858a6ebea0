// 2-D convolution (cross-correlation) and its gradients, x [n,h,w,cin] NHWC, filter [kh,kw,cin/groups,cout] HWIO.
//
//   y[i,j,q]        = activation( bias[q] + sum over a,b,p of x[i s + a d - t, j s + b d - t, p] filter[a,b,p,q] )
//   dx[u,v,p]       = activation( bias[p] + sum over the (i,j,a,b,q) that read x[u,v,p] of  dy[i,j,q] filter[a,b,p,q] )
//   dFilter[a,b,p,q] = sum over n,i,j of  x[i s + a d - t, j s + b d - t, p] dy[i,j,q]          dBias[q] = sum of dy[i,j,q]
//
//   s stride, d dilation, t padding before (the padding after follows from the output's size); x outside the image is 0.
//   groups: output channel q sees the input channels of its own group only, p counts inside the group.
//   dx is also the transposed convolution of dy, which is what its bias and activation are for; a gradient has neither.
//
// All outputs are assigned. How: gemm/conv_algorithm.h, conv_rows.h, conv_window.h, conv_thin_gradient.h, winograd.h,
// conv_filter_gradient.h, winograd_filter_gradient.h, conv_depthwise.h.
#include <cstddef>
#include <cstring>

#include "gemm/blocking.h"
#include "gemm/contract.h"
#include "gemm/conv_algorithm.h"
#include "gemm/conv_depthwise.h"
#include "gemm/conv_filter_gradient.h"
#include "gemm/conv_rows.h"
#include "gemm/conv_shape.h"
#include "gemm/conv_thin_gradient.h"
#include "gemm/conv_window.h"
#include "gemm/winograd.h"
#include "gemm/winograd_filter_gradient.h"
#include "ops/conv2d.h"
#include "ops/conv2d_bfloat16.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/conv2d.cpp"
#include "simd/foreach_isa.h"
#include "gemm/depthwise.h"
#include "gemm/gather_taps.h"
#include "gemm/outer.h"
#include "gemm/packing.h"
#include "gemm/rows.h"
#include "gemm/winograd_transform.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class T, int M, int R>
void launch_winograd_of(Launch& launch, const ConvShape& shape, bool gradient, const T* source, const Sum<T>* filter,
                        T* target, const Finish<Sum<T>>& finish) {
  using S = Sum<T>;
  constexpr int P = M + R - 1;
  const ConvPass pass = gradient ? input_gradient_pass(shape) : forward_pass(shape);
  const WinogradKernels<T> kernels{M,
                                   R,
                                   CONVGRAD_DISPATCH(multiply_rows<S>),
                                   CONVGRAD_DISPATCH(pack_panel<S>),
                                   CONVGRAD_DISPATCH(winograd_filter<S, P, R>),
                                   CONVGRAD_DISPATCH(winograd_input<T, P>),
                                   CONVGRAD_DISPATCH(winograd_output<T, P, M>)};
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(winograd_tiles(shape, pass, M), pass.target_c);
  const Winograd<T> winograd(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
  launch([winograd] { winograd.run(); });
}

template <class T, int M, int R>
void launch_winograd_filter_gradient_of(Launch& launch, const ConvShape& shape, const T* x, const T* dy, Sum<T>* d_filter,
                                        Sum<T>* d_bias) {
  using S = Sum<T>;
  constexpr int P = M + R - 1;
  const WinogradFilterGradientKernels<T> kernels{M,
                                                 R,
                                                 CONVGRAD_DISPATCH(multiply_outer<S>),
                                                 CONVGRAD_DISPATCH(winograd_input<T, P>),
                                                 CONVGRAD_DISPATCH(winograd_upstream<T, P, M>),
                                                 CONVGRAD_DISPATCH(winograd_gradient<S, P, R>),
                                                 CONVGRAD_DISPATCH(sum_parts<S>)};
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(shape.cin, shape.cout);
  const WinogradFilterGradient<T> gradient(launch, shape, tile, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

}  // namespace

template <class T>
void launch_winograd(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const T* source,
                     const Sum<T>* filter, T* target, const Finish<Sum<T>>& finish) {
  const auto run = shape.kh == 5                           ? launch_winograd_of<T, 2, 5>
                   : algorithm == ConvAlgorithm::winograd2 ? launch_winograd_of<T, 2, 3>
                                                           : launch_winograd_of<T, 4, 3>;
  run(launch, shape, gradient, source, filter, target, finish);
}

template <class T>
void launch_winograd_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const T* x,
                                     const T* dy, Sum<T>* d_filter, Sum<T>* d_bias) {
  const auto run = shape.kh == 5                           ? launch_winograd_filter_gradient_of<T, 2, 5>
                   : algorithm == ConvAlgorithm::winograd2 ? launch_winograd_filter_gradient_of<T, 2, 3>
                                                           : launch_winograd_filter_gradient_of<T, 4, 3>;
  run(launch, shape, x, dy, d_filter, d_bias);
}

template <class T>
void launch_depthwise_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, Sum<T>* d_filter,
                                      Sum<T>* d_bias) {
  const ConvDepthwiseFilterGradientKernels<T> kernels{CONVGRAD_DISPATCH(multiply_depthwise_outer<T>),
                                                      CONVGRAD_DISPATCH(add_pixels<T>), CONVGRAD_DISPATCH(sum_parts<Sum<T>>)};
  const ConvDepthwiseFilterGradient<T> gradient(launch, shape, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

template void launch_winograd(Launch&, const ConvShape&, bool, ConvAlgorithm, const bfloat16*, const float*, bfloat16*,
                              const Finish<float>&);
template void launch_winograd_filter_gradient(Launch&, const ConvShape&, ConvAlgorithm, const bfloat16*, const bfloat16*,
                                              float*, float*);
template void launch_depthwise_filter_gradient(Launch&, const ConvShape&, const bfloat16*, const bfloat16*, float*, float*);

namespace {

template <class T>
void launch_rows(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const T* source,
                 const T* filter, T* target, const Finish<T>& finish) {
  const ConvPass pass = gradient ? input_gradient_pass(shape) : forward_pass(shape);
  const int64_t pixels = int64_t{shape.n} * pass.target_h * pass.target_w;
  if (pixels == 0 || pass.target_c == 0) return;
  if (algorithm == ConvAlgorithm::automatic) algorithm = choose_algorithm<T>(shape, pass);
  if (algorithm != ConvAlgorithm::direct) {
    return launch_winograd(launch, shape, gradient, algorithm, source, filter, target, finish);
  }
  const auto pack = CONVGRAD_DISPATCH(pack_panel<T>);
  if (!gradient && shape.thin()) {
    const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(INT64_MAX, shape.cout);
    const ConvWindow<T> window(launch, shape, tile, {CONVGRAD_DISPATCH(multiply_window<T>), pack}, source, filter, target,
                               finish);
    launch([window] { window.run(); });
    return;
  }
  if (shape.depthwise()) {
    const ConvDepthwise<T> depthwise(launch, shape, gradient, CONVGRAD_DISPATCH(multiply_depthwise<T>), source, filter,
                                     target, finish);
    launch([depthwise] { depthwise.run(); });
    return;
  }
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(pixels, pass.target_c / shape.groups);
  if (gradient && shape.thin_gradient(tile)) {
    const TileShape transposed = CONVGRAD_DISPATCH(choose_tile<T>)(int64_t{shape.kh} * shape.kw * shape.cin, pixels);
    const ConvThinGradientKernels<T> thin{CONVGRAD_DISPATCH(multiply_rows<T>), pack, CONVGRAD_DISPATCH(gather_taps<T>)};
    const ConvThinGradient<T> sums(launch, shape, transposed, thin, source, filter, target, finish);
    launch([sums] { sums.run(); });
    return;
  }
  const ConvRowsKernels<T> kernels{CONVGRAD_DISPATCH(multiply_rows<T>), pack};
  const ConvRows<T> rows(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
  launch([rows] { rows.run(); });
}

template <class T>
void launch_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const T* x, const T* dy,
                            T* d_filter, T* d_bias) {
  if (shape.output_pixels() == 0) {
    const auto clear = [](T* p, int64_t count) { if (p) std::memset(p, 0, static_cast<size_t>(count) * sizeof(T)); };
    launch([=] { clear(d_filter, shape.filter_length()), clear(d_bias, shape.cout); });
    return;
  }
  if (shape.depthwise()) return launch_depthwise_filter_gradient(launch, shape, x, dy, d_filter, d_bias);
  if (algorithm == ConvAlgorithm::automatic) algorithm = choose_filter_gradient_algorithm<T>(shape);
  if (algorithm != ConvAlgorithm::direct) {
    return launch_winograd_filter_gradient(launch, shape, algorithm, x, dy, d_filter, d_bias);
  }
  const TileShape tile =
      CONVGRAD_DISPATCH(choose_tile<T>)(int64_t{shape.kh} * shape.kw * shape.group_cin(), shape.group_cout());
  const OperandsInPlace<T> operands(shape, tile, CONVGRAD_DISPATCH(pack_panel_and_sum<T>), x, dy);
  const ConvFilterGradientKernels<T> kernels{CONVGRAD_DISPATCH(multiply_outer<T>), CONVGRAD_DISPATCH(sum_parts<T>)};
  const ConvFilterGradient<OperandsInPlace<T>> gradient(launch, operands, kernels, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

void conv2d(Launch& launch, const Buffer& x, const Buffer& filter, OptionalBuffer bias, const Buffer& y, int32_t n,
            int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout, int32_t out_h, int32_t out_w,
            int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left,
            int32_t groups, int32_t activation, int32_t algorithm) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  if (y.dtype == DType::bfloat16) {
    const Finish<float> finish{bias ? bias->as<float>() : nullptr, static_cast<Activation>(activation)};
    return launch_conv2d_bfloat16(launch, shape, false, static_cast<ConvAlgorithm>(algorithm), x.as<bfloat16>(),
                                  filter.as<float>(), y.as<bfloat16>(), finish);
  }
  visit_float(y.dtype, [&]<class T>() {
    const Finish<T> finish{bias ? bias->as<T>() : nullptr, static_cast<Activation>(activation), false};
    launch_rows<T>(launch, shape, false, static_cast<ConvAlgorithm>(algorithm), x.as<T>(), filter.as<T>(), y.as<T>(),
                   finish);
  });
}

void conv2d_input_gradient(Launch& launch, const Buffer& dy, const Buffer& filter, OptionalBuffer bias, const Buffer& dx,
                           int32_t n, int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout,
                           int32_t out_h, int32_t out_w, int32_t stride_h, int32_t stride_w, int32_t dilation_h,
                           int32_t dilation_w, int32_t pad_top, int32_t pad_left, int32_t groups, int32_t activation,
                           int32_t algorithm) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  if (dx.dtype == DType::bfloat16) {
    const Finish<float> finish{bias ? bias->as<float>() : nullptr, static_cast<Activation>(activation)};
    return launch_conv2d_bfloat16(launch, shape, true, static_cast<ConvAlgorithm>(algorithm), dy.as<bfloat16>(),
                                  filter.as<float>(), dx.as<bfloat16>(), finish);
  }
  visit_float(dx.dtype, [&]<class T>() {
    const Finish<T> finish{bias ? bias->as<T>() : nullptr, static_cast<Activation>(activation), false};
    launch_rows<T>(launch, shape, true, static_cast<ConvAlgorithm>(algorithm), dy.as<T>(), filter.as<T>(), dx.as<T>(),
                   finish);
  });
}

void conv2d_filter_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& d_filter,
                            OptionalBuffer d_bias, int32_t n, int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw,
                            int32_t cout, int32_t out_h, int32_t out_w, int32_t stride_h, int32_t stride_w,
                            int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left, int32_t groups,
                            int32_t algorithm) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  if (x.dtype == DType::bfloat16) {
    return launch_conv2d_filter_gradient_bfloat16(launch, shape, static_cast<ConvAlgorithm>(algorithm), x.as<bfloat16>(),
                                                  dy.as<bfloat16>(), d_filter.as<float>(),
                                                  d_bias ? d_bias->as<float>() : nullptr);
  }
  visit_float(d_filter.dtype, [&]<class T>() {
    launch_filter_gradient<T>(launch, shape, static_cast<ConvAlgorithm>(algorithm), x.as<T>(), dy.as<T>(),
                              d_filter.as<T>(), d_bias ? d_bias->as<T>() : nullptr);
  });
}

}  // namespace

void launch_conv2d(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const float* source,
                   const float* filter, float* target, const Finish<float>& finish) {
  launch_rows(launch, shape, gradient, algorithm, source, filter, target, finish);
}

void launch_conv2d_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const float* x,
                                   const float* dy, float* d_filter, float* d_bias) {
  launch_filter_gradient(launch, shape, algorithm, x, dy, d_filter, d_bias);
}

REGISTER_OP(conv2d);
REGISTER_OP(conv2d_input_gradient);
REGISTER_OP(conv2d_filter_gradient);

}  // namespace convgrad
#endif
