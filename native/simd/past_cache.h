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

/** store(p, v, left), by stream() if asked for and if it is a whole, aligned vector. */
template <class T>
CONVGRAD_INLINE void store_past(T* p, Vec<T> v, int64_t left, bool past) {
  if (past && left >= kLanes<T> && reinterpret_cast<uintptr_t>(p) % CONVGRAD_VECTOR_BYTES == 0) {
    stream(p, v);
  } else {
    store(p, v, left);
  }
}

CONVGRAD_END_ISA

#endif
