// Philox4x32-10, many blocks at a time: the random numbers that lib/tensor/random.ts defines, bit for bit.
//
// Word i of a range is word i mod 4 of block ⌊i / 4⌋ after the range's first. Words live in 64-bit lanes while they are
// computed, since a round needs 32 × 32 → 64 bit products; only the low half of a lane counts.
// The structs come first; the rest is included once per instruction set (see foreach_isa.h).
#ifndef CONVGRAD_SIMD_PHILOX_RANGE_H
#define CONVGRAD_SIMD_PHILOX_RANGE_H

#include <cstdint>

namespace convgrad {

struct PhiloxRange {
  uint32_t key0, key1;
  uint64_t stream, block;
};

// Words a kernel draws at a time: a multiple of what every instruction set computes at once.
constexpr int64_t kPhiloxWords = 128;

}  // namespace convgrad
#endif

#if defined(CONVGRAD_SIMD_PHILOX_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_SIMD_PHILOX_H
#undef CONVGRAD_SIMD_PHILOX_H
#else
#define CONVGRAD_SIMD_PHILOX_H
#endif

#include "simd/math.h"

CONVGRAD_BEGIN_ISA

// The products of the low halves of the lanes.
CONVGRAD_INLINE Vec<int64_t> multiply_low_halves(Vec<int64_t> a, Vec<int64_t> b) {
#if CONVGRAD_VECTOR_BYTES == 64
  return reinterpret_cast<Vec<int64_t>>(_mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif CONVGRAD_VECTOR_BYTES == 32
  return reinterpret_cast<Vec<int64_t>>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__x86_64__)
  return reinterpret_cast<Vec<int64_t>>(_mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
  return reinterpret_cast<Vec<int64_t>>(vmull_u32(vmovn_u64(reinterpret_cast<uint64x2_t>(a)), vmovn_u64(reinterpret_cast<uint64x2_t>(b))));
#endif
}

// words[0 … kPhiloxWords − 1] = the words of the range's blocks from `block` on.
inline void philox(const PhiloxRange& range, uint64_t block, uint32_t* words) {
  constexpr int64_t kBlocks = kLanes<int64_t>;
  const Vec<int64_t> low = broadcast<int64_t>(0xffffffff);
  for (int64_t done = 0; done < kPhiloxWords / 4; done += kBlocks) {
    const Vec<int64_t> counter = iota<int64_t>() + static_cast<int64_t>(range.block + block) + done;
    Vec<int64_t> c0 = counter, c1 = counter >> 32;
    Vec<int64_t> c2 = broadcast(static_cast<int64_t>(range.stream)), c3 = c2 >> 32;
    uint32_t k0 = range.key0, k1 = range.key1;
    for (int round = 0; round < 10; round++) {
      const Vec<int64_t> p0 = multiply_low_halves(c0, broadcast<int64_t>(0xd2511f53));
      const Vec<int64_t> p1 = multiply_low_halves(c2, broadcast<int64_t>(0xcd9e8d57));
      c0 = (p1 >> 32) ^ c1 ^ static_cast<int64_t>(k0);
      c1 = p1;
      c2 = (p0 >> 32) ^ c3 ^ static_cast<int64_t>(k1);
      c3 = p0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    // Pairs of words, then the pairs of each block side by side.
    const Vec<int64_t> a = (c0 & low) | (c1 << 32), b = (c2 & low) | (c3 << 32);
#if CONVGRAD_VECTOR_BYTES == 64
    const Vec<int64_t> front = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    const Vec<int64_t> back = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#elif CONVGRAD_VECTOR_BYTES == 32
    const Vec<int64_t> front = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    const Vec<int64_t> back = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#else
    const Vec<int64_t> front = __builtin_shufflevector(a, b, 0, 2);
    const Vec<int64_t> back = __builtin_shufflevector(a, b, 1, 3);
#endif
    __builtin_memcpy(words + 4 * done, &front, sizeof(front));
    __builtin_memcpy(words + 4 * done + 2 * kBlocks, &back, sizeof(back));
  }
}

/** kLanes<T> words, shifted to 24 bits, as numbers of T. */
template <class T>
CONVGRAD_INLINE Vec<T> load_24_bits(const uint32_t* words) {
  typedef int32_t Words __attribute__((vector_size(kLanes<T> * 4), aligned(4), may_alias));
  typedef uint32_t Unsigned __attribute__((vector_size(kLanes<T> * 4)));
  const Unsigned shifted = reinterpret_cast<Unsigned>(*reinterpret_cast<const Words*>(words)) >> 8;
  typedef int32_t Signed __attribute__((vector_size(kLanes<T> * 4)));
  return __builtin_convertvector(reinterpret_cast<Signed>(shifted), Vec<T>);
}

// The product as it is, never fused with a sum that follows: what JavaScript computes.
template <class V>
CONVGRAD_INLINE V rounded(V product) {
#if defined(__x86_64__)
  asm("" : "+x"(product));
#else
  asm("" : "+w"(product));
#endif
  return product;
}

CONVGRAD_END_ISA

#endif
