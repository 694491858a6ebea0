// Weight gradients of dense layers of bfloat16: see matmul.cpp for the formulas.
//
// Processors with AMX take tiles. With VDPBF16PS, products are summed by pairs of samples.
#include "ops/weight_gradient_bfloat16.h"

#include "gemm/amx_filter_gradient.h"
#include "gemm/matmul_outer_pairs.h"
#include "runtime/cpu.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/weight_gradient_bfloat16.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/outer.h"
#include "gemm/outer_pairs.h"
#include "gemm/pack_pairs.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

/** Whether the product is one for tiles: C is nothing but A^T B, and not tiny. */
bool by_tiles(const MatmulShape& s, const Finish<float>& finish) {
  return amx_kernels() && !s.transpose_b && s.k >= amx::kStep && !finish.bias && finish.activation == Activation::none;
}

}  // namespace

bool launch_weight_gradient_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b,
                                     const Buffer& c, const Finish<float>& finish) {
  if (a.dtype != DType::bfloat16 || b.dtype != DType::bfloat16 || c.dtype != DType::float32) return false;
  const ConvShape dense = dense_layer(shape.m, shape.n, shape.k);
  if (by_tiles(shape, finish) && AmxFilterGradient::applies(dense)) {
    const AmxFilterGradient gradient(launch, dense, *amx_kernels(), a.as<bfloat16>(), b.as<bfloat16>(), c.as<float>(), nullptr);
    launch([gradient] { gradient.run(); });
    return true;
  }
#if defined(__x86_64__)
  if (active_isa() == Isa::avx512_bf16) {
    const TileShape tile = CONVGRAD_DISPATCH(choose_tile<float>)(shape.m, shape.n);
    const MatmulOuterPairs product(launch, shape, tile, avx512_bf16::multiply_outer<BfloatPair>, avx512_bf16::pack_pairs<bfloat16>,
                                   a.as<bfloat16>(), b.as<bfloat16>(), c.as<float>(), finish);
    launch([product] { product.run(); });
    return true;
  }
#endif
  return false;
}

}  // namespace convgrad
#endif
