// Stores that go past the cache where they can: for kernels whose output may be larger than the cache. stream_fence() before
// anyone reads. Included once per instruction set (see foreach_isa.h).
#if defined(CONVGRAD_SIMD_PAST_CACHE_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_SIMD_PAST_CACHE_H
#undef CONVGRAD_SIMD_PAST_CACHE_H
#else
#define CONVGRAD_SIMD_PAST_CACHE_H
#endif

#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

/** As stream() of floats: half a vector, aligned to its own size. */
CONVGRAD_INLINE void stream(bfloat16* p, Vec<float> v) {
#if CONVGRAD_VECTOR_BYTES == 64
  _mm256_stream_si256(reinterpret_cast<__m256i*>(p), reinterpret_cast<__m256i>(narrow(v)));
#elif CONVGRAD_VECTOR_BYTES == 32
  _mm_stream_si128(reinterpret_cast<__m128i*>(p), reinterpret_cast<__m128i>(narrow(v)));
#else
  store(p, v);
#endif
}

/** store(p, v, left), by stream() if asked for and if it is a whole, aligned vector. */
template <class T>
CONVGRAD_INLINE void store_past(T* p, Vec<T> v, int64_t left, bool past) {
  if (past && left >= kLanes<T> && reinterpret_cast<uintptr_t>(p) % (kLanes<T> * sizeof(T)) == 0) {
    stream(p, v);
  } else {
    store(p, v, left);
  }
}

CONVGRAD_END_ISA

#endif
