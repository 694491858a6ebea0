// The kernels of products on tiles (amx_rows.h), for the planners that call kernels by pointers.
#pragma once
#include "gemm/amx_blocking.h"
#include "gemm/contract.h"

namespace convgrad {

struct AmxKernels {
  template <class T>
  using Pack = void (*)(const T* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width,
                        bfloat16* panel);

  void (*multiply)(const RowsBlock<bfloat16, bfloat16>&);
  void (*sum)(const RowsBlock<bfloat16, float>&);
  Pack<float> pack;
  Pack<bfloat16> pack_rounded;
  void (*pack_positions)(const bfloat16* b, int64_t k_stride, int64_t depth, int64_t columns, bfloat16* panel);
  void (*transpose)(const bfloat16* x, int64_t x_stride, int64_t begin, int64_t end, int64_t count, int64_t channels,
                    bfloat16* to, int64_t to_stride);
  void (*add_parts)(const float* parts, int64_t count, int64_t stride, float* sum, int64_t begin, int64_t end);
};

namespace amx {
inline constexpr TileShape kTile{kRows, kColumns};
}

/** Null unless the instruction set in use is Isa::amx. */
const AmxKernels* amx_kernels();

}  // namespace convgrad
