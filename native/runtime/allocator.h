// A caching allocator for one stream. Fresh pages cost more than many kernels, so released blocks are kept and handed out
// again: small ones by size class (four classes per octave), last in first out, large ones as extents.h has it.
//
// Used from the JavaScript thread only, at the time ops are enqueued. As the stream runs in order, a released block may be
// given to the next op at once: all its earlier users run before. Memory the JavaScript thread itself writes must be idle
// by then: allocate_idle().
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/extents.h"
#include "runtime/stream.h"

namespace convgrad {

class Allocator {
 public:
  explicit Allocator(Stream& stream) : stream_(stream) {}
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  // 64-byte aligned; large blocks are backed by huge pages. Throws std::runtime_error
  // naming the limit or the size, after having given back what was cached.
  void* allocate(size_t bytes);

  // As allocate(), but no task still pending on the stream uses the block.
  void* allocate_idle(size_t bytes);

  // `bytes` as given to allocate().
  void release(void* block, size_t bytes);

  // Returns all cached blocks to the system (waits for the stream where they are still in use).
  void trim();

  // Bytes that live blocks may take together, rounded up as they are; 0 = no limit.
  void set_limit(size_t bytes) { limit_ = bytes; }

  size_t live_bytes() const { return live_; }
  size_t peak_bytes() const { return peak_; }
  size_t cached_bytes() const { return cached_ + extents_.cached_bytes(); }
  void reset_peak() { peak_ = live_; }

 private:
  static constexpr int kClasses = 4 * 58;
  struct Block {
    void* memory;
    uint64_t released_at;  // tasks enqueued when the block was released
  };

  void* take(size_t bytes, bool idle);
  void* reuse(size_t bytes, bool idle);

  Stream& stream_;
  Extents extents_;
  std::array<std::vector<Block>, kClasses> free_;
  size_t limit_ = 0, live_ = 0, peak_ = 0;
  size_t cached_ = 0;  // in free_
};

}  // namespace convgrad
