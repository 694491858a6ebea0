#include "runtime/extents.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

namespace convgrad {
namespace {

constexpr size_t kMostReserved = size_t{1} << 42, kLeastReserved = size_t{1} << 30;
constexpr size_t kHugePage = size_t{2} << 20, kStep = size_t{32} << 20;

}  // namespace

Extents::~Extents() {
  if (base_) munmap(base_, reserved_);
}

// As many addresses as the system lets a process have; they cost nothing until they are used.
bool Extents::reserve() {
  for (size_t bytes = kMostReserved; bytes >= kLeastReserved; bytes /= 2) {
    void* range = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (range == MAP_FAILED) continue;
    base_ = static_cast<char*>(range);
    reserved_ = bytes;
    end_ = usable_ = (kHugePage - reinterpret_cast<uintptr_t>(range) % kHugePage) % kHugePage;
    return true;
  }
  return false;
}

bool Extents::grow(size_t end) {
  if (end <= usable_) return true;
  const size_t to = std::min(usable_ + (end - usable_ + kStep - 1) / kStep * kStep, reserved_);
  if (end > to || mprotect(base_ + usable_, to - usable_, PROT_READ | PROT_WRITE) != 0) return false;
#if defined(__linux__)
  (void)madvise(base_ + usable_, to - usable_, MADV_HUGEPAGE);
#endif
  usable_ = to;
  return true;
}

void* Extents::reuse(size_t bytes) {
  bytes = rounded(bytes);
  auto best = free_.end();
  for (auto extent = free_.begin(); extent != free_.end(); ++extent) {
    if (extent->bytes >= bytes && (best == free_.end() || extent->bytes < best->bytes)) best = extent;
  }
  if (best == free_.end()) return nullptr;
  const size_t begin = best->begin, resident = std::min(best->resident, bytes);
  best->begin += bytes;
  best->bytes -= bytes;
  best->resident -= resident;
  cached_ -= resident;
  if (best->bytes == 0) free_.erase(best);
  return base_ + begin;
}

void* Extents::append(size_t bytes) {
  if (!base_ && !reserve()) return nullptr;
  bytes = rounded(bytes);
  // What is free at the end becomes the beginning of the block.
  const bool last_free = !free_.empty() && free_.back().begin + free_.back().bytes == end_;
  const size_t begin = last_free ? free_.back().begin : end_;
  if (bytes > reserved_ - begin || !grow(begin + bytes)) return nullptr;
  if (last_free) {
    cached_ -= free_.back().resident;
    free_.pop_back();
  }
  end_ = begin + bytes;
  return base_ + begin;
}

void Extents::release(void* block, size_t bytes) {
  bytes = rounded(bytes);
  cached_ += bytes;
  const size_t begin = static_cast<size_t>(static_cast<char*>(block) - base_);
  auto next = std::lower_bound(free_.begin(), free_.end(), begin,
                               [](const Extent& extent, size_t at) { return extent.begin < at; });
  if (next != free_.end() && begin + bytes == next->begin) {
    next->begin = begin;
    next->bytes += bytes;
    next->resident += bytes;
  } else {
    next = free_.insert(next, {begin, bytes, bytes});
  }
  if (next == free_.begin()) return;
  const auto previous = next - 1;
  if (previous->begin + previous->bytes != begin) return;
  previous->bytes += next->bytes;
  previous->resident += next->resident;
  free_.erase(next);
}

void Extents::trim() {
  for (Extent& extent : free_) {
    if (extent.resident > 0) (void)madvise(base_ + extent.begin, extent.bytes, MADV_DONTNEED);
    extent.resident = 0;
  }
  cached_ = 0;
  if (!free_.empty() && free_.back().begin + free_.back().bytes == end_) {
    end_ = free_.back().begin;
    free_.pop_back();
  }
}

}  // namespace convgrad
