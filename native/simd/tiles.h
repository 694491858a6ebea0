// The tile registers of AMX: eight matrices of 16 rows by 64 bytes, and their product of pairs of bfloat16.
//
//   dot<c, a, b>   C[i][j] += sum over k of  A[i][2k] B[k][2j] + A[i][2k+1] B[k][2j+1]        C float32; i, j, k < 16
//
// Kernels take the type as a template parameter, so that tests run them on a model of it (test/native/programs/tile_model.h).
// It is written in assembly because the number of a register is part of an instruction: intrinsics take no template
// parameter for it, and GCC's do not say that they read memory. See Intel's manual, volume 2, TILELOADD and TDPBF16PS.
#pragma once
#include <stdint.h>

#if defined(__x86_64__)

namespace convgrad {

#define CONVGRAD_TILE_INLINE inline __attribute__((always_inline))

struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
inline constexpr TileConfiguration kWholeTiles{};

/** While it lives, the calling thread has eight whole tiles, zeros at first. For Isa::amx only: see runtime/cpu.h. */
class AmxTiles {
 public:
  CONVGRAD_TILE_INLINE AmxTiles() { asm volatile("ldtilecfg %0" : : "m"(kWholeTiles)); }
  CONVGRAD_TILE_INLINE ~AmxTiles() { asm volatile("tilerelease"); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;

  template <int R>
  CONVGRAD_TILE_INLINE void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(R));
  }
  /** 16 rows of 64 bytes, `stride` bytes apart. */
  template <int R>
  CONVGRAD_TILE_INLINE void load(const void* from, int64_t stride) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(stride), "i"(R) : "memory");
  }
  template <int R>
  CONVGRAD_TILE_INLINE void store(void* to, int64_t stride) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(stride), "i"(R) : "memory");
  }
  template <int C, int A, int B>
  CONVGRAD_TILE_INLINE void dot() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(C), "i"(A), "i"(B));
  }
};

#undef CONVGRAD_TILE_INLINE

}  // namespace convgrad

#endif
