#include "runtime/allocator.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace convgrad {
namespace {

constexpr size_t kSmallest = 64;
constexpr size_t kLarge = size_t{1} << 20;  // blocks from this size on are extents

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
  const bool large = bytes >= kLarge && !idle;
  const size_t rounded = large ? Extents::rounded(bytes) : size_class(bytes).bytes;
  if (limit_ && live_ + rounded > limit_)
    throw std::runtime_error("allocating " + std::to_string(bytes) + " bytes would exceed the memory limit of " +
                             std::to_string(limit_) + " bytes (" + std::to_string(live_) + " in use)");
  void* memory = large ? extents_.reuse(bytes) : reuse(bytes, idle);
  if (!memory) {
    if (limit_ && live_ + cached_bytes() + rounded > limit_) trim();
    const auto fresh = [&] { return large ? extents_.append(bytes) : std::aligned_alloc(64, rounded); };
    memory = fresh();
    if (!memory) {
      trim();
      memory = fresh();
    }
    if (!memory) out_of_memory(rounded);
  }
  live_ += rounded;
  peak_ = std::max(peak_, live_);
  return memory;
}

void* Allocator::reuse(size_t bytes, bool idle) {
  const SizeClass size = size_class(bytes);
  auto& blocks = free_[static_cast<size_t>(size.index)];
  const uint64_t completed = stream_.completed();
  for (size_t i = blocks.size(); i-- > 0;) {
    if (idle && blocks[i].released_at > completed) continue;
    void* memory = blocks[i].memory;
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(i));
    cached_ -= size.bytes;
    return memory;
  }
  return nullptr;
}

void Allocator::release(void* block, size_t bytes) {
  if (extents_.holds(block)) {
    live_ -= Extents::rounded(bytes);
    return extents_.release(block, bytes);
  }
  const SizeClass size = size_class(bytes);
  live_ -= size.bytes;
  cached_ += size.bytes;
  free_[static_cast<size_t>(size.index)].push_back({block, stream_.enqueued()});
}

void Allocator::trim() {
  stream_.drain();
  for (auto& blocks : free_) {
    for (const Block& block : blocks) std::free(block.memory);
    blocks.clear();
  }
  cached_ = 0;
  extents_.trim();
}

}  // namespace convgrad
