// Convolution of bfloat16 images with float32 filters, and its gradient by the images: see conv2d.cpp for the formulas.
//
// Filters are rounded to bfloat16 as they are packed, products are summed by pairs (gemm/pairs.h) in float32, and each sum
// is rounded once; processors with AMX take tiles for it (gemm/amx_rows.h). Minimal filtering widens images as it transforms
// them. Where float32 kernels are faster, and for thin images and depthwise convolution, images are widened before and
// results rounded after.
#include "ops/conv2d_bfloat16.h"

#include "gemm/amx_kernels.h"
#include "gemm/conv_depthwise.h"
#include "gemm/conv_rows.h"
#include "gemm/conv_window.h"
#include "ops/cast.h"
#include "ops/conv2d.h"
#include "runtime/cpu.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/conv2d_bfloat16.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/depthwise.h"
#include "gemm/pack_pairs.h"
#include "gemm/packing.h"
#include "gemm/rows.h"

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

/** Tiles are faster than all else, minimal filtering included, where they are not nearly empty. */
bool by_tiles(const ConvShape& s, const ConvPass& pass, ConvAlgorithm algorithm) {
  if (!amx_kernels()) return false;
  if (pass.depth < blocking::kThinChannels || pass.target_c / s.groups < blocking::kThinChannels) return false;
  return algorithm == ConvAlgorithm::automatic || algorithm == ConvAlgorithm::direct;
}

/** Without AVX-512 there are 16 registers, or 128 bits: to widen in the kernel takes longer than before and after. */
bool pairs_pay() { return active_isa() >= Isa::avx512; }

/** Minimal filtering where it is faster: it rounds less here than the direct algorithm, whose filters are bfloat16. */
ConvAlgorithm choose(const ConvShape& shape, const ConvPass& pass) {
  const double direct = active_isa() == Isa::avx512_bf16 ? blocking::kPairTime : 1.0, worth = direct * blocking::kWinogradWorth;
  return choose_algorithm<float>(shape, pass, blocking::kTransformFilterCost, worth);
}

void launch_rows(Launch& launch, const ConvShape& shape, const ConvPass& pass, bool gradient, TileShape tile,
                 const ConvRowsKernels<bfloat16>& kernels, const bfloat16* source, const float* filter, bfloat16* target,
                 const Finish<float>& finish) {
  const ConvRows<bfloat16> rows(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
  launch([rows] { rows.run(); });
}

void launch_depthwise(Launch& launch, const ConvShape& shape, bool gradient, const bfloat16* source, const float* filter,
                      bfloat16* target, const Finish<float>& finish) {
  const ConvDepthwise<bfloat16> depthwise(launch, shape, gradient, CONVGRAD_DISPATCH(multiply_depthwise<bfloat16>), source,
                                          filter, target, finish);
  launch([depthwise] { depthwise.run(); });
}

void launch_window(Launch& launch, const ConvShape& shape, const bfloat16* x, const float* filter, bfloat16* y,
                   const Finish<float>& finish) {
  const float* wide = launch_widen(launch, x, int64_t{shape.n} * shape.h * shape.w * shape.cin);
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<float>)(INT64_MAX, shape.cout);
  const ConvRowsKernels<float, bfloat16> kernels{CONVGRAD_DISPATCH(multiply_window<float, bfloat16>),
                                                 CONVGRAD_DISPATCH(pack_panel<float>)};
  const ConvWindow<float, bfloat16> window(launch, shape, tile, kernels, wide, filter, y, finish);
  launch([window] { window.run(); });
}

void launch_widened(Launch& launch, const ConvShape& shape, const ConvPass& pass, bool gradient, const bfloat16* source,
                    const float* filter, bfloat16* target, const Finish<float>& finish) {
  const int64_t sources = int64_t{shape.n} * pass.source_h * pass.source_w * pass.source_c;
  const int64_t targets = int64_t{shape.n} * pass.target_h * pass.target_w * pass.target_c;
  const float* wide_source = launch_widen(launch, source, sources);
  float* wide_target = launch.scratch<float>(targets);
  launch_conv2d(launch, shape, gradient, ConvAlgorithm::direct, wide_source, filter, wide_target, finish);
  launch_narrow(launch, wide_target, target, targets);
}

}  // namespace

void launch_conv2d_bfloat16(Launch& launch, const ConvShape& shape, bool gradient, ConvAlgorithm algorithm,
                            const bfloat16* source, const float* filter, bfloat16* target, const Finish<float>& finish) {
  const ConvPass pass = gradient ? input_gradient_pass(shape) : forward_pass(shape);
  const int64_t pixels = int64_t{shape.n} * pass.target_h * pass.target_w;
  if (pixels == 0 || pass.target_c == 0) return;
  if (by_tiles(shape, pass, algorithm)) {
    const ConvRowsKernels<bfloat16> kernels{amx_kernels()->multiply, amx_kernels()->pack, amx::kStep};
    Finish<float> past = finish;
    past.stream = pixels * pass.target_c * static_cast<int64_t>(sizeof(bfloat16)) >= blocking::kStreamBytes;
    return launch_rows(launch, shape, pass, gradient, amx::kTile, kernels, source, filter, target, past);
  }
  const bool automatic = algorithm == ConvAlgorithm::automatic;
  if (automatic) algorithm = choose(shape, pass);
  if (algorithm != ConvAlgorithm::direct) {
    return launch_winograd(launch, shape, gradient, algorithm, source, filter, target, finish);
  }
  if (!gradient && shape.thin()) return launch_window(launch, shape, source, filter, target, finish);
  if (shape.depthwise()) return launch_depthwise(launch, shape, gradient, source, filter, target, finish);
  const TileShape tile = CONVGRAD_DISPATCH(choose_tile<bfloat16>)(pixels, pass.target_c / shape.groups);
  if ((gradient && shape.thin_gradient(tile)) || (automatic && !pairs_pay())) {
    return launch_widened(launch, shape, pass, gradient, source, filter, target, finish);
  }
  const ConvRowsKernels<bfloat16> kernels{CONVGRAD_DISPATCH(multiply_rows<bfloat16>), CONVGRAD_DISPATCH(pack_pairs<float>)};
  launch_rows(launch, shape, pass, gradient, tile, kernels, source, filter, target, finish);
}

}  // namespace convgrad
#endif
