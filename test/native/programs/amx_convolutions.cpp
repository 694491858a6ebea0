// Runs convolutions, dense layers and their gradients by tiles (native/gemm/conv_rows.h, matmul_rows.h, amx_filter_gradient.h)
// on a model of the tiles and compares them with plain loops. Numbers are small integers, so sums are exact.
// Used by amx_model.test.ts.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "gemm/amx_filter_gradient.h"
#include "gemm/conv_rows.h"
#include "gemm/matmul_rows.h"
#include "tile_model.h"

#define CONVGRAD_BFLOAT16_PASS
#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "amx_convolutions.cpp"
#include "simd/foreach_isa.h"
#include "gemm/amx_packing.h"
#include "gemm/amx_rows.h"
#include "gemm/convert.h"
#include "gemm/outer.h"

#if CONVGRAD_ONCE
using namespace convgrad;

#define KERNEL(...) (&convgrad::MODEL_ISA::__VA_ARGS__)  // one of namespace convgrad::avx2 or whichever is compiled in

namespace {

uint32_t state = 1;
template <class T>
std::vector<T> integers(int64_t count) {
  std::vector<T> numbers(count);
  for (T& number : numbers) {
    state = state * 1664525u + 1013904223u;
    number = static_cast<float>((state >> 16) % 7) - 3;
  }
  return numbers;
}

template <class T>
void compare(const ConvShape& s, const char* what, const std::vector<T>& found, const std::vector<float>& expected) {
  for (size_t i = 0; i < found.size(); ++i) {
    const float rounded = T(expected[i]);
    if (static_cast<float>(found[i]) == rounded) continue;
    std::printf("%s of [%d, %d, %d, %d], filter %d x %d, %d filters, strides %d %d, dilations %d %d, padding %d %d, "
                "groups %d: element %zu is %g, expected %g\n", what, s.n, s.h, s.w, s.cin, s.kh, s.kw, s.cout, s.stride_h, s.stride_w,
                s.dilation_h, s.dilation_w, s.pad_top, s.pad_left, s.groups, i, static_cast<double>(static_cast<float>(found[i])),
                static_cast<double>(rounded));
    std::exit(1);
  }
}

/** visit(index of x, index of the filter, index of y) for every product of a convolution. */
template <class Visit>
void for_products(const ConvShape& s, const Visit& visit) {
  const int64_t cin = s.group_cin();
  for (int64_t pixel = 0; pixel < s.output_pixels(); ++pixel) {
    const int64_t image = pixel / s.out_w / s.out_h, i = pixel / s.out_w % s.out_h, j = pixel % s.out_w;
    for (int64_t tap = 0; tap < s.kh * s.kw; ++tap) {
      const int64_t y = i * s.stride_h + tap / s.kw * s.dilation_h - s.pad_top;
      const int64_t x = j * s.stride_w + tap % s.kw * s.dilation_w - s.pad_left;
      if (y < 0 || y >= s.h || x < 0 || x >= s.w) continue;
      for (int64_t p = 0; p < cin; ++p) {
        for (int64_t q = 0; q < s.cout; ++q) {
          visit(((image * s.h + y) * s.w + x) * s.cin + q / s.group_cout() * cin + p, (tap * cin + p) * s.cout + q,
                pixel * s.cout + q);
        }
      }
    }
  }
}

const AmxKernels kernels{KERNEL(multiply_amx_rows<TileModel, bfloat16>),
                         KERNEL(multiply_amx_rows<TileModel, float>),
                         KERNEL(pack_amx_panel<float>),
                         KERNEL(pack_amx_panel<bfloat16>),
                         KERNEL(pack_positions),
                         KERNEL(transpose_pixels),
                         KERNEL(sum_parts<float>)};

void check(const ConvShape& s) {
  const auto x = integers<bfloat16>(int64_t{s.n} * s.h * s.w * s.cin), dy = integers<bfloat16>(s.output_pixels() * s.cout);
  const auto filter = integers<float>(s.filter_length()), bias = integers<float>(s.cout);
  const ConvRowsKernels<bfloat16> rows{kernels.multiply, kernels.pack, amx::kStep};
  std::vector<bfloat16> y(dy.size()), dx(x.size());
  std::vector<float> d_filter(filter.size()), d_bias(s.cout);

  Launch launch;
  const Finish<float> finish{bias.data(), Activation::relu};
  ConvRows<bfloat16>(launch, s, forward_pass(s), false, amx::kTile, rows, x.data(), filter.data(), y.data(), finish).run();
  ConvRows<bfloat16>(launch, s, input_gradient_pass(s), true, amx::kTile, rows, dy.data(), filter.data(), dx.data(), {}).run();
  AmxFilterGradient(launch, s, kernels, x.data(), dy.data(), d_filter.data(), d_bias.data()).run();

  std::vector<float> y_sums(dy.size()), dx_sums(x.size()), d_filter_sums(filter.size()), d_bias_sums(s.cout);
  for_products(s, [&](int64_t xi, int64_t fi, int64_t yi) {
    y_sums[yi] += x[xi] * filter[fi];
    dx_sums[xi] += dy[yi] * filter[fi];
    d_filter_sums[fi] += dy[yi] * x[xi];
  });
  for (size_t i = 0; i < dy.size(); ++i) {
    d_bias_sums[i % s.cout] += dy[i];
    y_sums[i] += bias[i % s.cout];
    if (y_sums[i] < 0) y_sums[i] = 0;
  }
  compare(s, "output", y, y_sums);
  compare(s, "input gradient", dx, dx_sums);
  compare(s, "filter gradient", d_filter, d_filter_sums);
  compare(s, "bias gradient", d_bias, d_bias_sums);
}

int done = 0;
/** A convolution with padding `same`, or none. */
void check(int n, int h, int w, int cin, int k, int cout, int stride, int dilation, bool same, int groups) {
  const int window = (k - 1) * dilation + 1;
  const auto out = [&](int size) { return same ? (size + stride - 1) / stride : (size - window) / stride + 1; };
  const auto pad = [&](int size) {
    const int reach = (out(size) - 1) * stride + window - size;
    return same && reach > 0 ? reach / 2 : 0;
  };
  check({n, h, w, cin, k, k, cout, out(h), out(w), stride, stride, dilation, dilation, pad(h), pad(w), groups});
  ++done;
}

/** y = x w + b and dx = dy w^T; dw = x^T dy is a convolution's, in rows of samples. */
void check_dense(int64_t samples, int64_t inputs, int64_t outputs, bool transpose) {
  const ConvShape s = dense_layer(inputs, outputs, samples);
  const auto x = integers<bfloat16>(samples * inputs), dy = integers<bfloat16>(samples * outputs);
  const auto w = integers<float>(inputs * outputs), bias = integers<float>(outputs);
  std::vector<bfloat16> y(dy.size());
  std::vector<float> dw(w.size()), db(outputs), y_sums(y.size()), dw_sums(dw.size());
  Launch launch;
  const MatmulRowsKernels<bfloat16, float, bfloat16> rows{kernels.pack, kernels.multiply, kernels.sum,
                                                          KERNEL(convert_elements<float, bfloat16>)};
  const MatmulShape shape{samples, outputs, inputs, false, transpose};
  const Finish<float> finish{bias.data(), Activation::none};
  MatmulRows<bfloat16, float, bfloat16>(launch, shape, amx::kTile, rows, x.data(), w.data(), y.data(), finish).run();
  AmxFilterGradient(launch, s, kernels, x.data(), dy.data(), dw.data(), db.data()).run();
  for (int64_t i = 0; i < samples; ++i) {
    for (int64_t n = 0; n < outputs; ++n) {
      float sum = bias[n];
      for (int64_t k = 0; k < inputs; ++k) {
        sum += x[i * inputs + k] * (transpose ? w[n * inputs + k] : w[k * outputs + n]);
        dw_sums[k * outputs + n] += x[i * inputs + k] * dy[i * outputs + n];
      }
      y_sums[i * outputs + n] = sum;
    }
  }
  compare(s, "dense output", y, y_sums);
  compare(s, "weight gradient", dw, dw_sums);
  ++done;
}

}  // namespace

int main() {
  check(2, 7, 5, 32, 3, 32, 1, 1, true, 1);
  check(1, 17, 19, 33, 3, 17, 1, 1, true, 1);
  check(2, 9, 8, 20, 5, 70, 1, 1, true, 1);
  check(3, 8, 9, 16, 3, 24, 2, 1, true, 1);
  check(2, 11, 7, 40, 3, 33, 3, 1, false, 1);
  check(1, 13, 12, 70, 3, 5, 1, 2, true, 1);
  check(2, 12, 11, 17, 3, 9, 2, 3, true, 1);
  check(2, 6, 7, 96, 3, 66, 1, 1, true, 3);
  check(5, 4, 4, 64, 1, 40, 1, 1, true, 1);
  check(3, 5, 5, 24, 1, 48, 2, 1, true, 2);
  check(70, 3, 3, 16, 3, 16, 1, 1, true, 1);    // blocks of images
  check(1, 60, 60, 8, 3, 300, 1, 1, true, 1);   // blocks of rows, and parts
  check(1, 1, 67, 130, 1, 33, 1, 1, true, 1);   // a dense layer
  check_dense(96, 70, 33, false);
  check_dense(67, 1100, 45, true);   // chunks of channels
  check_dense(1536, 40, 20, false);  // blocks of samples
  std::printf("%d layers\n", done);
}
#endif
