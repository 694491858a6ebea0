// A model of AmxTiles (simd/tiles.h) in plain C++, with the arithmetic of TDPBF16PS as Intel's manual gives it: for every
// element of C the products of the even numbers are summed in order, those of the odd ones too, then the two are added, then C.
// Every sum is rounded to nearest even (products of bfloat16 are exact in float32); denormal numbers are zeros on the way in
// and out.
#pragma once
#include <cstdint>
#include <cstring>

#include "runtime/bfloat16.h"

namespace convgrad {

class TileModel {
 public:
  TileModel() { std::memset(tiles_, 0, sizeof tiles_); }

  template <int R>
  void zero() {
    std::memset(tiles_[R], 0, sizeof tiles_[R]);
  }
  template <int R>
  void load(const void* from, int64_t stride) {
    for (int64_t i = 0; i < 16; ++i) std::memcpy(tiles_[R][i], static_cast<const char*>(from) + i * stride, 64);
  }
  template <int R>
  void store(void* to, int64_t stride) {
    for (int64_t i = 0; i < 16; ++i) std::memcpy(static_cast<char*>(to) + i * stride, tiles_[R][i], 64);
  }
  template <int C, int A, int B>
  void dot() {
    static_assert(C != A && C != B && A != B && C < 8 && A < 8 && B < 8, "the instruction wants three different registers");
    float a[16][32], b[16][32], c[16][16];
    widen(tiles_[A], a);
    widen(tiles_[B], b);
    std::memcpy(c, tiles_[C], sizeof c);
    for (int i = 0; i < 16; ++i) {
      float sums[32] = {};
      for (int k = 0; k < 16; ++k) {
        for (int j = 0; j < 32; ++j) sums[j] = flushed(sums[j] + a[i][2 * k + j % 2] * b[k][j]);
      }
      for (int j = 0; j < 16; ++j) c[i][j] = flushed(flushed(c[i][j]) + flushed(sums[2 * j] + sums[2 * j + 1]));
    }
    std::memcpy(tiles_[C], c, sizeof c);
  }

 private:
  static float flushed(float x) {
    const uint32_t bits = __builtin_bit_cast(uint32_t, x);
    return __builtin_bit_cast(float, bits & 0x7f800000 ? bits : bits & 0x80000000);
  }
  static void widen(const unsigned char (&tile)[16][64], float (&numbers)[16][32]) {
    for (int i = 0; i < 16; ++i) {
      for (int j = 0; j < 32; ++j) {
        bfloat16 number;
        std::memcpy(&number, &tile[i][2 * j], 2);
        numbers[i][j] = flushed(number);
      }
    }
  }

  unsigned char tiles_[8][16][64];
};

}  // namespace convgrad
