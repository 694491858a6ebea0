// Gradients of a convolution by filter and bias, of bfloat16 images: see conv2d.cpp for the formulas. Both are float32.
//
// Processors with AMX take tiles. With VDPBF16PS, products are summed by pairs of images; else images are widened as they are
// packed, as minimal filtering does when it transforms them, and depthwise convolution when it loads them.
#include <cstddef>
#include <cstring>

#include "gemm/amx_filter_gradient.h"
#include "gemm/conv_filter_gradient.h"
#include "ops/conv2d.h"
#include "ops/conv2d_bfloat16.h"
#include "runtime/cpu.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/conv2d_filter_gradient_bfloat16.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/outer.h"
#include "gemm/outer_pairs.h"
#include "gemm/pack_outer.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

bool by_pairs(const ConvShape& shape) { return active_isa() == Isa::avx512_bf16 && shape.n > 1; }

/** Tiles are faster than all else where they apply, minimal filtering included. */
bool by_tiles(const ConvShape& s, ConvAlgorithm algorithm) {
  if (!amx_kernels() || !AmxFilterGradient::applies(s)) return false;
  return algorithm == ConvAlgorithm::automatic || algorithm == ConvAlgorithm::direct;
}

ConvAlgorithm choose(const ConvShape& s) {
  const double time = by_pairs(s) ? blocking::kPairTime : 1;
  return choose_filter_gradient_algorithm<float>(s, blocking::kWinogradWorth * time);
}

template <class T>
void launch_packed(Launch& launch, const ConvShape& shape, const PackKernels<T>& pack,
                   const ConvFilterGradientKernels<T>& kernels, const bfloat16* x, const bfloat16* dy, float* d_filter,
                   float* d_bias) {
  const TileShape tile =
      CONVGRAD_DISPATCH(choose_tile<float>)(int64_t{shape.kh} * shape.kw * shape.group_cin(), shape.group_cout());
  const PackedOperands<T> operands(shape, tile, pack, x, dy);
  const ConvFilterGradient<PackedOperands<T>> gradient(launch, operands, kernels, d_filter, d_bias);
  launch([gradient] { gradient.run(); });
}

}  // namespace

void launch_conv2d_filter_gradient_bfloat16(Launch& launch, const ConvShape& shape, ConvAlgorithm algorithm,
                                            const bfloat16* x, const bfloat16* dy, float* d_filter, float* d_bias) {
  if (by_tiles(shape, algorithm)) {
    const AmxFilterGradient gradient(launch, shape, *amx_kernels(), x, dy, d_filter, d_bias);
    return launch([gradient] { gradient.run(); });
  }
  if (shape.output_pixels() == 0) {  // nothing is read
    return launch_conv2d_filter_gradient(launch, shape, algorithm, nullptr, nullptr, d_filter, d_bias);
  }
  if (shape.depthwise()) return launch_depthwise_filter_gradient(launch, shape, x, dy, d_filter, d_bias);
  if (algorithm == ConvAlgorithm::automatic) algorithm = choose(shape);
  if (algorithm != ConvAlgorithm::direct) {
    return launch_winograd_filter_gradient(launch, shape, algorithm, x, dy, d_filter, d_bias);
  }
  const auto sum = CONVGRAD_DISPATCH(sum_parts<float>);
#if defined(__x86_64__)
  if (by_pairs(shape)) {
    return launch_packed<BfloatPair>(launch, shape, {avx512_bf16::pack_upstream<BfloatPair>, avx512_bf16::pack_pixels<BfloatPair>},
                                     {avx512_bf16::multiply_outer<BfloatPair>, sum}, x, dy, d_filter, d_bias);
  }
#endif
  launch_packed<float>(launch, shape, {CONVGRAD_DISPATCH(pack_upstream<float>), CONVGRAD_DISPATCH(pack_pixels<float>)},
                       {CONVGRAD_DISPATCH(multiply_outer<float>), sum}, x, dy, d_filter, d_bias);
}

}  // namespace convgrad
#endif
