// The kernels of products on AMX tiles, compiled once for all ops: see amx_rows.h.
#include "gemm/amx_kernels.h"

#include "runtime/cpu.h"
#include "simd/tiles.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "gemm/amx_kernels.cpp"
#define CONVGRAD_BFLOAT16_PASS
#include "simd/foreach_isa.h"
#include "gemm/amx_packing.h"
#include "gemm/amx_rows.h"
#include "gemm/outer.h"

#if CONVGRAD_ONCE
namespace convgrad {

const AmxKernels* amx_kernels() {
#if defined(__x86_64__)
  using namespace avx512_bf16;  // every processor with tiles has its instructions
  static constexpr AmxKernels kernels{multiply_amx_rows<AmxTiles, bfloat16>,
                                      multiply_amx_rows<AmxTiles, float>,
                                      pack_amx_panel<float>,
                                      pack_amx_panel<bfloat16>,
                                      pack_positions,
                                      transpose_pixels,
                                      sum_parts<float>};
  return active_isa() == Isa::amx ? &kernels : nullptr;
#else
  return nullptr;
#endif
}

}  // namespace convgrad
#endif
