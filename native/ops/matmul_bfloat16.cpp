// Matrix products with bfloat16 operands: see matmul.cpp for the formulas.
//
//   dense forward: x w + b with x bfloat16, w and b float32;  dx = dy w^T likewise;  dw = x^T dy of bfloat16s, float32
//
// Both factors are rounded to bfloat16, multiplied by pairs (gemm/pairs.h) and summed in float32. With few rows the time is
// that of reading B, which is not rounded then. Without AVX-512 it is faster to widen A and C.
#include "ops/matmul_bfloat16.h"

#include <type_traits>

#include "gemm/amx_kernels.h"
#include "gemm/matmul_few_rows.h"
#include "gemm/matmul_rows.h"
#include "ops/cast.h"
#include "ops/weight_gradient_bfloat16.h"
#include "runtime/cpu.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/matmul_bfloat16.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/convert.h"
#include "gemm/few_rows.h"
#include "gemm/pack_pairs.h"
#include "gemm/rows.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

const float* widened(Launch& launch, const Buffer& operand) {
  if (operand.dtype == DType::float32) return operand.as<float>();
  return launch_widen(launch, operand.as<bfloat16>(), operand.length);
}

const bfloat16* narrowed(Launch& launch, const Buffer& operand) {
  if (operand.dtype == DType::bfloat16) return operand.as<bfloat16>();
  bfloat16* narrow = launch.scratch<bfloat16>(operand.length);
  launch_narrow(launch, operand.as<float>(), narrow, operand.length);
  return narrow;
}

void launch_widened(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b, const Buffer& c,
                    const Finish<float>& finish) {
  const float *wide_a = widened(launch, a), *wide_b = widened(launch, b);
  float* wide_c = c.dtype == DType::float32 ? c.as<float>() : launch.scratch<float>(c.length);
  launch_matmul(launch, shape, wide_a, wide_b, wide_c, finish);
  if (c.dtype == DType::bfloat16) launch_narrow(launch, wide_c, c.as<bfloat16>(), c.length);
}

void launch_few_rows(Launch& launch, const MatmulShape& shape, const bfloat16* a, const float* b, bfloat16* c,
                     const Finish<float>& finish) {
  const auto kernel = shape.transpose_b ? CONVGRAD_DISPATCH(multiply_few_rows_dot<bfloat16>)
                                        : CONVGRAD_DISPATCH(multiply_few_rows<bfloat16>);
  const MatmulFewRows<bfloat16> product(launch, shape, kernel, a, b, c, finish);
  launch([product] { product.run(); });
}

template <class B, class C>
void launch_pairs(Launch& launch, const MatmulShape& shape, const bfloat16* a, const B* b, C* c,
                  const Finish<float>& finish) {
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<bfloat16>)(shape.m, shape.n);
  const MatmulRowsKernels<bfloat16, B, C> kernels{CONVGRAD_DISPATCH(pack_pairs<B>),
                                                  CONVGRAD_DISPATCH(multiply_rows<bfloat16, C>),
                                                  CONVGRAD_DISPATCH(multiply_rows<bfloat16, float>),
                                                  CONVGRAD_DISPATCH(convert_elements<float, C>)};
  const MatmulRows<bfloat16, B, C> product(launch, shape, tile, kernels, a, b, c, finish);
  launch([product] { product.run(); });
}

template <class B, class C>
void launch_tiles(Launch& launch, const MatmulShape& shape, const bfloat16* a, const B* b, C* c, const Finish<float>& finish) {
  const AmxKernels& amx = *amx_kernels();
  MatmulRowsKernels<bfloat16, B, C> kernels{{}, {}, amx.sum, CONVGRAD_DISPATCH(convert_elements<float, C>)};
  if constexpr (std::is_same_v<B, float>) kernels.pack = amx.pack;
  else kernels.pack = amx.pack_rounded;
  if constexpr (std::is_same_v<C, float>) kernels.multiply = amx.sum;
  else kernels.multiply = amx.multiply;
  const MatmulRows<bfloat16, B, C> product(launch, shape, amx::kTile, kernels, a, b, c, finish);
  launch([product] { product.run(); });
}

}  // namespace

void launch_matmul_bfloat16(Launch& launch, const MatmulShape& shape, const Buffer& a, const Buffer& b, const Buffer& c,
                            const Finish<float>& finish) {
  if (shape.transpose_a) {
    if (!launch_weight_gradient_bfloat16(launch, shape, a, b, c, finish)) launch_widened(launch, shape, a, b, c, finish);
    return;
  }
  if (shape.m <= blocking::kFewRows && b.dtype == DType::float32 && c.dtype == DType::bfloat16) {
    return launch_few_rows(launch, shape, narrowed(launch, a), b.as<float>(), c.as<bfloat16>(), finish);
  }
  if (active_isa() < Isa::avx512) return launch_widened(launch, shape, a, b, c, finish);
  const bfloat16* left = narrowed(launch, a);
  const auto to = [&]<class C>(C* target) {
    const auto product = [&]<class B>(const B* right) {
      if (amx_kernels()) launch_tiles(launch, shape, left, right, target, finish);
      else launch_pairs(launch, shape, left, right, target, finish);
    };
    if (b.dtype == DType::float32) product(b.as<float>());
    else product(b.as<bfloat16>());
  };
  if (c.dtype == DType::float32) to(c.as<float>());
  else to(c.as<bfloat16>());
}

}  // namespace convgrad
#endif
