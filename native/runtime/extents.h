// Large blocks side by side in one reserved range of addresses. Neighbours that are free make one extent, so that memory
// of the early layers serves the late ones, whatever the sizes. What has been used stays with the process until trim().
#pragma once
#include <cstddef>
#include <vector>

namespace convgrad {

class Extents {
 public:
  Extents() = default;
  ~Extents();
  Extents(const Extents&) = delete;
  Extents& operator=(const Extents&) = delete;

  /** What `bytes` take here. */
  static size_t rounded(size_t bytes) { return (bytes + kGrain - 1) / kGrain * kGrain; }

  /** A block of rounded(bytes), the first of the smallest free extent that holds it; nullptr if there is none. */
  void* reuse(size_t bytes);

  /** A block of rounded(bytes) behind all others; nullptr if the system has no more memory. */
  void* append(size_t bytes);

  /** `bytes` as the block was asked for. */
  void release(void* block, size_t bytes);

  /** Gives what is free back to the system; nothing may be using it any more. */
  void trim();

  bool holds(const void* block) const { return block >= base_ && block < base_ + reserved_; }

  /** Bytes that are free and may still be resident. */
  size_t cached_bytes() const { return cached_; }

 private:
  static constexpr size_t kGrain = size_t{64} << 10;
  struct Extent {
    size_t begin, bytes;
    size_t resident;  // of these, how many at most the process still holds
  };

  bool reserve();
  bool grow(size_t end);

  char* base_ = nullptr;
  size_t reserved_ = 0, usable_ = 0;  // addresses set aside; of these readable and writable
  size_t end_ = 0;                    // of the last block
  size_t cached_ = 0;
  std::vector<Extent> free_;  // by address, never touching each other
};

}  // namespace convgrad
