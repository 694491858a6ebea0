// Weight gradients of dense layers of bfloat16: see matmul.cpp for the formulas.
//
// Processors with AMX take tiles. With VDPBF16PS, products are summed by pairs of samples; else, and where it is another product that has its left factor
// transposed, factors are widened.
#include "ops/weight_gradient_bfloat16.h"

#include "gemm/amx_filter_gradient.h"
#include "gemm/matmul_outer_pairs.h"
#include "ops/widened.h"
#include "runtime/cpu.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/weight_gradient_bfloat16.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/convert.h"
#include "gemm/outer.h"
#include "gemm/outer_pairs.h"
#include "gemm/pack_pairs.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

/** Whether it is a product for tiles: C is nothing but A^T B, and not tiny. */
bool by_tiles(const MatmulShape& s, const Buffer& a, const Buffer& b, const Buffer& c, const Finish<float>& finish) {
  if (!amx_kernels() || s.transpose_b || s.k < amx::kStep || finish.bias || finish.activation != Activation::none) return false;
  return a.dtype == DType::bfloat16 && b.dtype == DType::bfloat16 && c.dtype == DType::float32;
}

}  // namespace

void launch_weight_gradient_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b,
                                     const Buffer& c, const Finish<float>& finish) {
  const ConvShape dense = dense_layer(shape.m, shape.n, shape.k);
  if (by_tiles(shape, a, b, c, finish) && AmxFilterGradient::applies(dense)) {
    const AmxFilterGradient gradient(launch, dense, *amx_kernels(), a.as<bfloat16>(), b.as<bfloat16>(), c.as<float>(), nullptr);
    return launch([gradient] { gradient.run(); });
  }
#if defined(__x86_64__)
  if (active_isa() == Isa::avx512_bf16 && a.dtype == DType::bfloat16 && b.dtype == DType::bfloat16 && c.dtype == DType::float32) {
    const TileShape tile = CONVGRAD_DISPATCH(choose_tile<float>)(shape.m, shape.n);
    const MatmulOuterPairs product(launch, shape, tile, avx512_bf16::multiply_outer<BfloatPair>, avx512_bf16::pack_pairs<bfloat16>,
                                   a.as<bfloat16>(), b.as<bfloat16>(), c.as<float>(), finish);
    return launch([product] { product.run(); });
  }
#endif
  const Conversions conversions{CONVGRAD_DISPATCH(convert_elements<bfloat16, float>),
                                CONVGRAD_DISPATCH(convert_elements<float, bfloat16>)};
  const auto wide = [&](const Buffer& operand) -> const float* {
    if (operand.dtype == DType::float32) return operand.as<float>();
    return conversions.widen(launch, operand.as<bfloat16>(), operand.length);
  };
  const float *wide_a = wide(a), *wide_b = wide(b);
  float* wide_c = c.dtype == DType::float32 ? c.as<float>() : launch.scratch<float>(c.length);
  launch_matmul(launch, shape, wide_a, wide_b, wide_c, finish);
  if (c.dtype == DType::bfloat16) conversions.narrow(launch, wide_c, c.as<bfloat16>(), c.length);
}

}  // namespace convgrad
#endif
