// The process-wide compute pool: threads that spin a little while work is near, park otherwise, and are never destroyed.
//
// parallel_for(count, body) runs body(0) … body(count − 1), each exactly once, and returns when all have finished.
// The calling thread takes part. Items are claimed one by one from a counter, so make them coarse (tens of µs or more).
// Which thread runs which item is not fixed: for reproducible results an item's work must depend on its index alone.
// Called from inside a body it runs inline. Bodies must not throw.
#pragma once
#include <cstdint>
#include <type_traits>

namespace convgrad {

// Threads that parallel_for uses, the caller included.
int thread_count();

// Changes it for the whole process, from the next parallel_for on. `threads` >= 1.
void set_thread_count(int threads);

namespace detail {
void parallel_for(int64_t count, void (*body)(void* context, int64_t index), void* context);
}

template <class Body>
void parallel_for(int64_t count, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  detail::parallel_for(
      count, [](void* context, int64_t index) { (*static_cast<Plain*>(context))(index); },
      const_cast<std::remove_const_t<Plain>*>(&body));
}

// Streams hold one of these while they have work queued: it keeps the pool's threads spinning between parallel loops.
class PoolAwake {
 public:
  PoolAwake();
  ~PoolAwake();
  PoolAwake(const PoolAwake&) = delete;
  PoolAwake& operator=(const PoolAwake&) = delete;
};

// Sets up the calling thread for computing: denormals flushed, scheduling priority below that of the JavaScript thread.
void prepare_compute_thread();

// Tells the processor that this is a spin loop.
inline void spin_pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace convgrad
