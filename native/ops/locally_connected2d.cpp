// Locally connected layer and its gradients: a convolution whose filter depends on the position.
//
//   y[n,i,j,q]            = sum over a,b,p of  x[n, i s + a d - t, j s + b d - t, p] filter[i,j,a,b,p,q]
//   dx[n,u,v,p]           = sum over the (i,j,a,b,q) that read x[n,u,v,p] of  dy[n,i,j,q] filter[i,j,a,b,p,q]
//   dFilter[i,j,a,b,p,q]  = sum over n of  x[n, i s + a d - t, j s + b d - t, p] dy[n,i,j,q]
//
//   x [n,h,w,cin]   filter [out_h,out_w,kh,kw,cin,cout]   y [n,out_h,out_w,cout]   s stride, d dilation, t padding before
//
// Vectors run along q. A filter is read once for several images; work items are positions of y, or of x for dx. All outputs
// are assigned, each element summed by one thread in a fixed order.
#include "gemm/conv_shape.h"
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/locally_connected2d.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

/** Outputs of R images, `x` and `y` being those of the first, at position (i, j). */
template <class T, int R>
void local_images(const ConvShape& s, const T* x, const T* filter, T* y, int64_t i, int64_t j) {
  const int64_t cin = s.cin, cout = s.cout;
  const int64_t x_image = int64_t{s.h} * s.w * cin, y_image = int64_t{s.out_h} * s.out_w * cout;
  for (int64_t q = 0; q < cout; q += kLanes<T>) {
    const int64_t left = cout - q;
    Vec<T> sum[R]{};
    for (int64_t a = 0; a < s.kh; a++) {
      const int64_t row = i * s.stride_h + a * s.dilation_h - s.pad_top;
      if (row < 0 || row >= s.h) continue;
      for (int64_t b = 0; b < s.kw; b++) {
        const int64_t column = j * s.stride_w + b * s.dilation_w - s.pad_left;
        if (column < 0 || column >= s.w) continue;
        const T* pixel = x + (row * s.w + column) * cin;
        const T* weights = filter + (a * s.kw + b) * cin * cout + q;
        for (int64_t p = 0; p < cin; p++) {
          const Vec<T> weight = load(weights + p * cout, left);
#pragma GCC unroll 8
          for (int r = 0; r < R; r++) sum[r] += pixel[r * x_image + p] * weight;
        }
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) store(y + r * y_image + (i * s.out_w + j) * cout + q, sum[r], left);
  }
}

template <class T>
void local_position(const ConvShape& s, const T* x, const T* filter, T* y, int64_t position) {
  const int64_t i = position / s.out_w, j = position % s.out_w;
  const int64_t x_image = int64_t{s.h} * s.w * s.cin, y_image = int64_t{s.out_h} * s.out_w * s.cout;
  const T* own = filter + position * s.kh * s.kw * s.cin * s.cout;
  int64_t n = 0;
  for (; n + 8 <= s.n; n += 8) local_images<T, 8>(s, x + n * x_image, own, y + n * y_image, i, j);
  for (; n < s.n; n++) local_images<T, 1>(s, x + n * x_image, own, y + n * y_image, i, j);
}

/** dx of R images at P channels of pixel (u, v); filter, dy and dx point at the first of them. */
template <class T, int R, int P>
void local_input_block(const ConvShape& s, const T* dy, const T* filter, T* dx, int64_t u, int64_t v) {
  const int64_t cin = s.cin, cout = s.cout;
  const int64_t x_image = int64_t{s.h} * s.w * cin, y_image = int64_t{s.out_h} * s.out_w * cout;
  Vec<T> dot[R][P]{};
  for (int64_t a = 0; a < s.kh; a++) {
    const int64_t row = u + s.pad_top - a * s.dilation_h, i = row / s.stride_h;
    if (row < 0 || row % s.stride_h != 0 || i >= s.out_h) continue;
    for (int64_t b = 0; b < s.kw; b++) {
      const int64_t column = v + s.pad_left - b * s.dilation_w, j = column / s.stride_w;
      if (column < 0 || column % s.stride_w != 0 || j >= s.out_w) continue;
      const T* gradient = dy + (i * s.out_w + j) * cout;
      const T* weights = filter + (((i * s.out_w + j) * s.kh + a) * s.kw + b) * cin * cout;
      for (int64_t q = 0; q < cout; q += kLanes<T>) {
        const int64_t left = cout - q;
        Vec<T> g[R];
#pragma GCC unroll 4
        for (int r = 0; r < R; r++) g[r] = load(gradient + r * y_image + q, left);
#pragma GCC unroll 4
        for (int p = 0; p < P; p++) {
          const Vec<T> weight = load(weights + p * cout + q, left);
#pragma GCC unroll 4
          for (int r = 0; r < R; r++) dot[r][p] += g[r] * weight;
        }
      }
    }
  }
  for (int r = 0; r < R; r++) {
    for (int p = 0; p < P; p++) dx[r * x_image + (u * s.w + v) * cin + p] = sum(dot[r][p]);
  }
}

template <class T, int R>
void local_input_images(const ConvShape& s, const T* dy, const T* filter, T* dx, int64_t u, int64_t v) {
  int64_t p = 0;
  for (; p + 4 <= s.cin; p += 4) local_input_block<T, R, 4>(s, dy, filter + p * s.cout, dx + p, u, v);
  for (; p < s.cin; p++) local_input_block<T, R, 1>(s, dy, filter + p * s.cout, dx + p, u, v);
}

template <class T>
void local_input_pixel(const ConvShape& s, const T* dy, const T* filter, T* dx, int64_t pixel) {
  const int64_t u = pixel / s.w, v = pixel % s.w;
  const int64_t x_image = int64_t{s.h} * s.w * s.cin, y_image = int64_t{s.out_h} * s.out_w * s.cout;
  int64_t n = 0;
  for (; n + 4 <= s.n; n += 4) local_input_images<T, 4>(s, dy + n * y_image, filter, dx + n * x_image, u, v);
  for (; n < s.n; n++) local_input_images<T, 1>(s, dy + n * y_image, filter, dx + n * x_image, u, v);
}

/** dFilter of P channels of one tap: x at the pixel the tap reads, dy at the position. */
template <class T, int P>
void local_filter_rows(const ConvShape& s, const T* x, const T* dy, T* d_filter) {
  const int64_t cout = s.cout, x_image = int64_t{s.h} * s.w * s.cin, y_image = int64_t{s.out_h} * s.out_w * cout;
  for (int64_t q = 0; q < cout; q += kLanes<T>) {
    Vec<T> sum[P]{};
    for (int64_t n = 0; n < s.n; n++) {
      const Vec<T> gradient = load(dy + n * y_image + q, cout - q);
#pragma GCC unroll 8
      for (int p = 0; p < P; p++) sum[p] += x[n * x_image + p] * gradient;
    }
#pragma GCC unroll 8
    for (int p = 0; p < P; p++) store(d_filter + p * cout + q, sum[p], cout - q);
  }
}

template <class T>
void local_filter_position(const ConvShape& s, const T* x, const T* dy, T* d_filter, int64_t position) {
  const int64_t i = position / s.out_w, j = position % s.out_w, cin = s.cin, cout = s.cout;
  for (int64_t tap = 0; tap < int64_t{s.kh} * s.kw; tap++) {
    const int64_t row = i * s.stride_h + tap / s.kw * s.dilation_h - s.pad_top;
    const int64_t column = j * s.stride_w + tap % s.kw * s.dilation_w - s.pad_left;
    T* to = d_filter + (position * s.kh * s.kw + tap) * cin * cout;
    if (row < 0 || row >= s.h || column < 0 || column >= s.w) {
      for (int64_t at = 0; at < cin * cout; at += kLanes<T>) store(to + at, Vec<T>{}, cin * cout - at);
      continue;
    }
    const T* pixel = x + (row * s.w + column) * cin;
    const T* gradient = dy + position * cout;
    int64_t p = 0;
    for (; p + 8 <= cin; p += 8) local_filter_rows<T, 8>(s, pixel + p, gradient, to + p * cout);
    for (; p < cin; p++) local_filter_rows<T, 1>(s, pixel + p, gradient, to + p * cout);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

/** kernel(shape, a, b, to, position) for every position of an image, several to a task. */
template <class T>
void launch_positions(Launch& launch, void (*kernel)(const ConvShape&, const T*, const T*, T*, int64_t),
                      const ConvShape& s, const T* a, const T* b, T* to, int64_t positions) {
  const int64_t work = s.n * s.kh * s.kw * s.cin * s.cout, several = work < kChunk ? kChunk / (work + 1) + 1 : 1;
  launch([=] {
    for_chunks(positions, [&](int64_t first, int64_t count) {
      for (int64_t position = first; position < first + count; position++) kernel(s, a, b, to, position);
    }, several);
  });
}

void locally_connected2d(Launch& launch, const Buffer& x, const Buffer& filter, const Buffer& y, int32_t n, int32_t h,
                         int32_t w, int32_t cin, int32_t kh, int32_t kw, int32_t cout, int32_t out_h, int32_t out_w,
                         int32_t stride_h, int32_t stride_w, int32_t dilation_h, int32_t dilation_w, int32_t pad_top,
                         int32_t pad_left) {
  const ConvShape s{n,        h,        w,          cin,        kh,      kw,       cout, out_h, out_w,
                    stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, 1};
  visit_float(y.dtype, [&]<class T>() {
    launch_positions<T>(launch, CONVGRAD_DISPATCH(local_position<T>), s, x.as<T>(), filter.as<T>(), y.as<T>(),
                        int64_t{out_h} * out_w);
  });
}

void locally_connected2d_input_gradient(Launch& launch, const Buffer& dy, const Buffer& filter, const Buffer& dx,
                                        int32_t n, int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw,
                                        int32_t cout, int32_t out_h, int32_t out_w, int32_t stride_h, int32_t stride_w,
                                        int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left) {
  const ConvShape s{n,        h,        w,          cin,        kh,      kw,       cout, out_h, out_w,
                    stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, 1};
  visit_float(dx.dtype, [&]<class T>() {
    launch_positions<T>(launch, CONVGRAD_DISPATCH(local_input_pixel<T>), s, dy.as<T>(), filter.as<T>(), dx.as<T>(),
                        int64_t{h} * w);
  });
}

void locally_connected2d_filter_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& d_filter,
                                         int32_t n, int32_t h, int32_t w, int32_t cin, int32_t kh, int32_t kw,
                                         int32_t cout, int32_t out_h, int32_t out_w, int32_t stride_h, int32_t stride_w,
                                         int32_t dilation_h, int32_t dilation_w, int32_t pad_top, int32_t pad_left) {
  const ConvShape s{n,        h,        w,          cin,        kh,      kw,       cout, out_h, out_w,
                    stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, 1};
  visit_float(d_filter.dtype, [&]<class T>() {
    launch_positions<T>(launch, CONVGRAD_DISPATCH(local_filter_position<T>), s, x.as<T>(), dy.as<T>(), d_filter.as<T>(),
                        int64_t{out_h} * out_w);
  });
}

}  // namespace

REGISTER_OP(locally_connected2d);
REGISTER_OP(locally_connected2d_input_gradient);
REGISTER_OP(locally_connected2d_filter_gradient);

}  // namespace convgrad
#endif
