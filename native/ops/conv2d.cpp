// 2-D convolution (cross-correlation) and its gradients, x [n,h,w,cin] NHWC, filter [kh,kw,cin/groups,cout] HWIO.
//
//   y[i,j,q]        = activation( bias[q] + sum over a,b,p of x[i s + a d - t, j s + b d - t, p] filter[a,b,p,q] )
//   dx[u,v,p]       = sum over the (i,j,a,b,q) that read x[u,v,p] of  dy[i,j,q] filter[a,b,p,q]
//   dFilter[a,b,p,q] = sum over n,i,j of  x[i s + a d - t, j s + b d - t, p] dy[i,j,q]          dBias[q] = sum of dy[i,j,q]
//
//   s stride, d dilation, t padding before (the padding after follows from the output's size); x outside the image is 0.
//   groups: output channel q sees the input channels of its own group only, p counts inside the group.
//
// All outputs are assigned. How: gemm/conv_rows.h, conv_window.h, conv_filter_gradient.h, depthwise.h.
#include <cstddef>
#include <cstring>

#include "gemm/blocking.h"
#include "gemm/contract.h"
#include "gemm/conv_filter_gradient.h"
#include "gemm/conv_rows.h"
#include "gemm/conv_shape.h"
#include "gemm/conv_window.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/conv2d.cpp"
#include "simd/foreach_isa.h"
#include "gemm/depthwise.h"
#include "gemm/outer.h"
#include "gemm/packing.h"
#include "gemm/rows.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

template <class T>
void launch_rows(Launch& launch, const ConvShape& shape, bool gradient, const T* source, const T* filter, T* target,
                 const Finish<T>& finish) {
  const ConvPass pass = gradient ? input_gradient_pass(shape) : forward_pass(shape);
  const int64_t pixels = int64_t{shape.n} * pass.target_h * pass.target_w;
  if (pixels == 0) return;
  const auto pack = CONVGRAD_DISPATCH(pack_panel<T>);
  if (!gradient && shape.thin()) {
    const TileShape tile = CONVGRAD_DISPATCH(choose_tile<T>)(INT64_MAX, shape.cout);
    const ConvWindow<T> window(launch, shape, tile, {CONVGRAD_DISPATCH(multiply_window<T>), pack}, source, filter, target,
                               finish);
    launch([window] { window.run(); });
    return;
  }
  const bool depthwise = shape.depthwise();
  const TileShape tile = depthwise ? CONVGRAD_DISPATCH(depthwise_tile<T>)()
                                   : CONVGRAD_DISPATCH(choose_tile<T>)(pixels, pass.target_c / shape.groups);
  const ConvRowsKernels<T> kernels{
      depthwise ? CONVGRAD_DISPATCH(multiply_depthwise<T>) : CONVGRAD_DISPATCH(multiply_rows<T>), pack};
  const ConvRows<T> rows(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
  launch([rows] { rows.run(); });
}

template <class T>
void launch_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, T* d_filter, T* d_bias) {
  if (shape.output_pixels() == 0) {
    const auto clear = [](T* p, int64_t count) { if (p) std::memset(p, 0, static_cast<size_t>(count) * sizeof(T)); };
    launch([=] { clear(d_filter, shape.filter_length()), clear(d_bias, shape.cout); });
    return;
  }
  const TileShape tile =
      CONVGRAD_DISPATCH(choose_tile<T>)(int64_t{shape.kh} * shape.kw * shape.group_cin(), shape.group_cout());
  const ConvFilterGradientKernels<T> kernels{CONVGRAD_DISPATCH(multiply_outer<T>),
                                             CONVGRAD_DISPATCH(pack_panel_and_sum<T>), CONVGRAD_DISPATCH(sum_parts<T>)};
  const ConvFilterGradient<T> gradient(launch, shape, tile, kernels, x, dy, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

/** Work items are (part of the images, range of channels); the partial sums of the parts are added in order. */
template <class T>
void launch_depthwise_filter_gradient(Launch& launch, const ConvShape& shape, const T* x, const T* dy, T* d_filter,
                                      T* d_bias) {
  constexpr int64_t kChannels = 64;  // of an item
  const auto kernel = CONVGRAD_DISPATCH(depthwise_outer<T>);
  const auto sum = CONVGRAD_DISPATCH(sum_parts<T>);
  const int64_t parts = shape.n < 16 ? shape.n : 16, ranges = (shape.cin + kChannels - 1) / kChannels;
  const int64_t length = shape.filter_length(), channels = shape.cin;
  T* partial = launch.scratch<T>(parts * length);
  T* partial_bias = launch.scratch<T>(parts * channels);
  const WorkItems items(launch, parts * ranges, shape.flops());
  launch([=] {
    items.run([&](int64_t, int64_t item) {
      const int64_t part = item / ranges, begin = item % ranges * kChannels;
      const int64_t end = channels < begin + kChannels ? channels : begin + kChannels;
      kernel(shape, x, dy, shape.n * part / parts, shape.n * (part + 1) / parts, begin, end, partial + part * length,
             d_bias ? partial_bias + part * channels : nullptr);
    });
    sum(partial, parts, length, d_filter, 0, length);
    if (d_bias) sum(partial_bias, parts, channels, d_bias, 0, channels);
  });
}

void conv2d(Launch& launch, const Buffer& x, const Buffer& filter, OptionalBuffer bias, const Buffer& y, int32_t n,
            int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout, int32_t out_h, int32_t out_w,
            int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left,
            int32_t groups, int32_t activation) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  visit_float(y.dtype, [&]<class T>() {
    const Finish<T> finish{bias ? bias->as<T>() : nullptr, static_cast<Activation>(activation), false};
    launch_rows<T>(launch, shape, false, x.as<T>(), filter.as<T>(), y.as<T>(), finish);
  });
}

void conv2d_input_gradient(Launch& launch, const Buffer& dy, const Buffer& filter, const Buffer& dx, int32_t n, int32_t h,
                           int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout, int32_t out_h, int32_t out_w,
                           int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t pad_top,
                           int32_t pad_left, int32_t groups) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  visit_float(dx.dtype, [&]<class T>() {
    launch_rows<T>(launch, shape, true, dy.as<T>(), filter.as<T>(), dx.as<T>(), Finish<T>{});
  });
}

void conv2d_filter_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& d_filter,
                            OptionalBuffer d_bias, int32_t n, int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw,
                            int32_t cout, int32_t out_h, int32_t out_w, int32_t stride_h, int32_t stride_w,
                            int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left, int32_t groups) {
  const ConvShape shape{n,        h,        w,          cin,        kh,      kw,       cout,  out_h, out_w,
                        stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, groups};
  visit_float(d_filter.dtype, [&]<class T>() {
    const auto run = shape.depthwise() && shape.n > 0 ? launch_depthwise_filter_gradient<T> : launch_filter_gradient<T>;
    run(launch, shape, x.as<T>(), dy.as<T>(), d_filter.as<T>(), d_bias ? d_bias->as<T>() : nullptr);
  });
}

}  // namespace

REGISTER_OP(conv2d);
REGISTER_OP(conv2d_input_gradient);
REGISTER_OP(conv2d_filter_gradient);

}  // namespace convgrad
#endif
