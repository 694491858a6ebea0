#include "runtime/allocator.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <stdexcept>
#include <string>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace convgrad {
namespace {

constexpr size_t kSmallest = 64;
constexpr size_t kHugePage = size_t{2} << 20;

// Size classes 64·2^o·{1, 1.25, 1.5, 1.75}, rounded to multiples of 64.
struct SizeClass {
  int index;
  size_t bytes;
};

[[noreturn]] void out_of_memory(size_t bytes) {
  throw std::runtime_error("out of memory: cannot allocate " + std::to_string(bytes) + " bytes");
}

SizeClass size_class(size_t bytes) {
  if (bytes > (size_t{1} << 48)) out_of_memory(bytes);
  bytes = std::max((bytes + kSmallest - 1) / kSmallest * kSmallest, kSmallest);
  const int octave = std::bit_width(bytes) - 1;  // 2^octave <= bytes
  const size_t base = size_t{1} << octave, step = std::max(base / 4, kSmallest);
  const size_t rounded = (bytes + step - 1) / step * step;
  return {octave * 4 + static_cast<int>((rounded - base) / (base / 4)) - 6 * 4, rounded};
}

}  // namespace

Allocator::~Allocator() {
  for (auto& blocks : free_)
    for (const Block& block : blocks) std::free(block.memory);
}

void* Allocator::allocate(size_t bytes) { return take(bytes, false); }
void* Allocator::allocate_idle(size_t bytes) { return take(bytes, true); }

void* Allocator::take(size_t bytes, bool idle) {
  const SizeClass size = size_class(bytes);
  if (limit_ && live_ + size.bytes > limit_)
    throw std::runtime_error("allocating " + std::to_string(bytes) + " bytes would exceed the memory limit of " +
                             std::to_string(limit_) + " bytes (" + std::to_string(live_) + " in use)");
  void* memory = nullptr;
  auto& blocks = free_[size.index];
  const uint64_t completed = stream_.completed();
  for (size_t i = blocks.size(); i-- > 0 && !memory;) {
    if (idle && blocks[i].released_at > completed) continue;
    memory = blocks[i].memory;
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(i));
    cached_ -= size.bytes;
  }
  if (!memory) memory = fresh(size.bytes);
  live_ += size.bytes;
  peak_ = std::max(peak_, live_);
  return memory;
}

void* Allocator::fresh(size_t rounded) {
  if (limit_ && live_ + cached_ + rounded > limit_) trim();
  const size_t alignment = rounded >= kHugePage ? kHugePage : 64;
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, rounded) != 0) {
    trim();
    if (posix_memalign(&memory, alignment, rounded) != 0) out_of_memory(rounded);
  }
#if defined(__linux__)
  if (rounded >= kHugePage) (void)madvise(memory, rounded, MADV_HUGEPAGE);
#endif
  return memory;
}

void Allocator::release(void* block, size_t bytes) {
  const SizeClass size = size_class(bytes);
  live_ -= size.bytes;
  cached_ += size.bytes;
  free_[size.index].push_back({block, stream_.enqueued()});
}

void Allocator::trim() {
  stream_.drain();
  for (auto& blocks : free_) {
    for (const Block& block : blocks) std::free(block.memory);
    blocks.clear();
  }
  cached_ = 0;
}

}  // namespace convgrad
