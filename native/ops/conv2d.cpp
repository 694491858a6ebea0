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

template <class T, int M>
void launch_winograd(Launch& launch, const ConvShape& shape, const ConvPass& pass, bool gradient, const T* source,
                     const T* filter, T* target, const Finish<T>& finish) {
  const WinogradKernels<T> kernels{M,
                                   CONVGRAD_DISPATCH(multiply_rows<T>),
                                   CONVGRAD_DISPATCH(pack_panel<T>),
                                   CONVGRAD_DISPATCH(winograd_filter<T, M>),
                                   CONVGRAD_DISPATCH(winograd_input<T, M>),
                                   CONVGRAD_DISPATCH(winograd_output<T, M>)};
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(winograd_tiles(shape, pass, M), pass.target_c);
  const Winograd<T> winograd(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
  launch([winograd] { winograd.run(); });
}

template <class T>
void launch_rows(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm, const T* source,
                 const T* filter, T* target, const Finish<T>& finish) {
  const ConvPass pass = gradient ? input_gradient_pass(shape) : forward_pass(shape);
  const int64_t pixels = int64_t{shape.n} * pass.target_h * pass.target_w;
  if (pixels == 0 || pass.target_c == 0) return;
  if (algorithm == ConvAlgorithm::automatic) algorithm = choose_algorithm<T>(shape, pass);
  if (algorithm != ConvAlgorithm::direct) {
    const auto run = algorithm == ConvAlgorithm::winograd2 ? launch_winograd<T, 2> : launch_winograd<T, 4>;
    return run(launch, shape, pass, gradient, source, filter, target, finish);
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
  if (gradient && shape.groups == 1 && 2 * shape.cin <= tile.columns) {  // half of each tile would be empty
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

template <class T, int M>
void launch_winograd_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, T* d_filter,
                                     T* d_bias) {
  const WinogradFilterGradientKernels<T> kernels{M,
                                                 CONVGRAD_DISPATCH(multiply_outer<T>),
                                                 CONVGRAD_DISPATCH(winograd_input<T, M>),
                                                 CONVGRAD_DISPATCH(winograd_upstream<T, M>),
                                                 CONVGRAD_DISPATCH(winograd_gradient<T, M>),
                                                 CONVGRAD_DISPATCH(sum_parts<T>)};
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(shape.cin, shape.cout);
  const WinogradFilterGradient<T> gradient(launch, shape, tile, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

template <class T>
void launch_filter_gradient(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm, const T* x, const T* dy,
                            T* d_filter, T* d_bias) {
  if (shape.output_pixels() == 0) {
    const auto clear = [](T* p, int64_t count) { if (p) std::memset(p, 0, static_cast<size_t>(count) * sizeof(T)); };
    launch([=] { clear(d_filter, shape.filter_length()), clear(d_bias, shape.cout); });
    return;
  }
  if (algorithm == ConvAlgorithm::automatic) algorithm = choose_filter_gradient_algorithm<T>(shape);
  if (algorithm != ConvAlgorithm::direct) {
    const auto run = algorithm == ConvAlgorithm::winograd2 ? launch_winograd_filter_gradient<T, 2>
                                                           : launch_winograd_filter_gradient<T, 4>;
    return run(launch, shape, x, dy, d_filter, d_bias);
  }
  const TileShape tile =
      CONVGRAD_DISPATCH(choose_tile<T>)(int64_t{shape.kh} * shape.kw * shape.group_cin(), shape.group_cout());
  const ConvFilterGradientKernels<T> kernels{CONVGRAD_DISPATCH(multiply_outer<T>),
                                             CONVGRAD_DISPATCH(pack_panel_and_sum<T>), CONVGRAD_DISPATCH(sum_parts<T>)};
  const ConvFilterGradient<T> gradient(launch, shape, tile, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

template <class T>
void launch_depthwise_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, T* d_filter,
                                      T* d_bias) {
  const ConvDepthwiseFilterGradientKernels<T> kernels{CONVGRAD_DISPATCH(multiply_depthwise_outer<T>),
                                                      CONVGRAD_DISPATCH(add_pixels<T>), CONVGRAD_DISPATCH(sum_parts<T>)};
  const ConvDepthwiseFilterGradient<T> gradient(launch, shape, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

void conv2d(Launch& launch, const Buffer& x, const Buffer& filter, OptionalBuffer bias, const Buffer& y, int32_t n,
            int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout, int32_t out_h, int32_t out_w,
            int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left,
            int32_t groups, int32_t activation, int32_t algorithm) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
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
  visit_float(d_filter.dtype, [&]<class T>() {
    T* bias_gradient = d_bias ? d_bias->as<T>() : nullptr;
    if (shape.depthwise() && shape.output_pixels() > 0) {
      launch_depthwise_filter_gradient<T>(launch, shape, x.as<T>(), dy.as<T>(), d_filter.as<T>(), bias_gradient);
    } else {
      launch_filter_gradient<T>(launch, shape, static_cast<ConvAlgorithm>(algorithm), x.as<T>(), dy.as<T>(),
                                d_filter.as<T>(), bias_gradient);
    }
  });
}

}  // namespace

REGISTER_OP(conv2d);
REGISTER_OP(conv2d_input_gradient);
REGISTER_OP(conv2d_filter_gradient);

}  // namespace convgrad
#endif
