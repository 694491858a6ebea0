// Splitting elementwise work: for_chunks(n, body) runs body(start, count) over [0, n) on the pool.
// Chunks are small enough to share evenly and large enough to hide the hand-over; short arrays run on the calling thread.
#pragma once
#include <cstdint>

#include "runtime/pool.h"

namespace convgrad {

constexpr int64_t kChunk = 1 << 15;  // elements

template <class Body>
void for_chunks(int64_t n, Body&& body, int64_t chunk = kChunk) {
  const int64_t chunks = (n + chunk - 1) / chunk;
  parallel_for(chunks, [&](int64_t index) {
    const int64_t start = index * chunk;
    body(start, n - start < chunk ? n - start : chunk);
  });
}

}  // namespace convgrad
