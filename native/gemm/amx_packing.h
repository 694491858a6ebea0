// Operands of products on tiles: panels of B in pairs as in pack_pairs.h, filled up to whole steps of 32 channels with zeros,
// and rows of A that are the columns of what lies in memory.
//
// This header is included once per instruction set (see simd/foreach_isa.h).
#if defined(CONVGRAD_GEMM_AMX_PACKING_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_GEMM_AMX_PACKING_H
#undef CONVGRAD_GEMM_AMX_PACKING_H
#else
#define CONVGRAD_GEMM_AMX_PACKING_H
#endif

#include "gemm/amx_blocking.h"
#include "gemm/pack_pairs.h"

CONVGRAD_BEGIN_ISA

/** As pack_pairs. */
template <class T>
void pack_amx_panel(const T* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width,
                    bfloat16* panel) {
  pack_pairs(b, k_stride, n_stride, depth, columns, width, panel);
  const int64_t filled = (depth + 1) / 2 * 2;
  const int64_t missing = (amx::whole_steps(depth) - filled) * width;
  __builtin_memset(panel + filled * width, 0, static_cast<size_t>(missing) * sizeof(bfloat16));
}

/** panel[k / 2][n][k % 2] = b[k * k_stride + n] for n < columns, 0 up to 32 columns and to an even depth. */
inline void pack_positions(const bfloat16* b, int64_t k_stride, int64_t depth, int64_t columns, bfloat16* panel) {
  constexpr int64_t L = kLanes<bfloat16>;
  for (int64_t k = 0; k < depth; k += 2, b += 2 * k_stride) {
    for (int64_t n = 0; n < amx::kColumns; n += L, panel += 2 * L) {
      const Vec<float> first = load_or_zero(b + n, columns - n);  // whose lower halves are zeros
      const Vec<float> second = k + 1 < depth ? load_or_zero(b + k_stride + n, columns - n) : Vec<float>{};
      store_pairs(panel, reinterpret_cast<Patterns>(first) >> 16 | reinterpret_cast<Patterns>(second));
    }
  }
}

/** The next pairs as they are, then zeros. */
CONVGRAD_INLINE Vec<float> load_neighbours(const bfloat16* p, int64_t left) {
  if (left >= 2 * kLanes<float>) return reinterpret_cast<Vec<float>>(load_pairs(p));
#if CONVGRAD_VECTOR_BYTES == 64
  return reinterpret_cast<Vec<float>>(_mm512_maskz_loadu_epi16(_bzhi_u32(~0u, static_cast<uint32_t>(left)), p));
#else
  bfloat16 numbers[2 * kLanes<float>];
  for (int64_t i = 0; i < 2 * kLanes<float>; ++i) numbers[i].bits = i < left ? p[i].bits : uint16_t{0};
  return reinterpret_cast<Vec<float>>(load_pairs(numbers));
#endif
}

/** The lower halves side by side. */
CONVGRAD_INLINE void store_lower_halves(bfloat16* p, Patterns v) {
  *reinterpret_cast<UpperHalvesMemory*>(p) = __builtin_convertvector(v & 0xffff, UpperHalves);
}

/** to[c * to_stride + j] = x[j * x_stride + c] for begin <= j < end, else 0, for j < count and on to the end of a vector; `x`
    is where pixel 0 would be. */
inline void transpose_pixels(const bfloat16* x, int64_t x_stride, int64_t begin, int64_t end, int64_t count, int64_t channels,
                             bfloat16* to, int64_t to_stride) {
  constexpr int64_t L = kLanes<float>;
  for (int64_t j = 0; j < count; j += L) {
    for (int64_t c = 0; c < channels; c += 2 * L) {
      Vec<float> rows[L];
      CONVGRAD_UNROLL
      for (int64_t i = 0; i < L; ++i) {
        const bool inside = j + i >= begin && j + i < end;
        rows[i] = inside ? load_neighbours(x + (j + i) * x_stride + c, channels - c) : Vec<float>{};
      }
      transpose<float>(rows);
      bfloat16* column = to + c * to_stride + j;
      CONVGRAD_UNROLL
      for (int64_t i = 0; i < L; ++i) {
        const Patterns pairs = reinterpret_cast<Patterns>(rows[i]);
        if (c + 2 * i < channels) store_lower_halves(column + 2 * i * to_stride, pairs);
        if (c + 2 * i + 1 < channels) store_lower_halves(column + (2 * i + 1) * to_stride, pairs >> 16);
      }
    }
  }
}

CONVGRAD_END_ISA

#endif
