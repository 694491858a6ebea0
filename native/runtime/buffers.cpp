#include "runtime/buffers.h"

#include <stdexcept>
#include <string>

namespace convgrad {

// Lengths come from shapes: their bytes may be more than 64 bits can count.
static size_t bytes_of(DType dtype, int64_t length) {
  constexpr int64_t kMost = int64_t{1} << 44;
  if (length < 0 || length > kMost)
    throw std::length_error("cannot allocate a buffer of more than 2^44 elements");
  return static_cast<size_t>(length) * size_of(dtype);
}

BufferTable::~BufferTable() {
  for (size_t handle = 1; handle < entries_.size(); handle++)
    if (entries_[handle].block) release(static_cast<Handle>(handle));
}

Handle BufferTable::allocate(DType dtype, int64_t length) {
  const size_t bytes = bytes_of(dtype, length);
  void* memory = allocator_.allocate(bytes);
  return add({memory, length, dtype}, new Block{memory, bytes, 0});
}

Handle BufferTable::adopt_idle(DType dtype, int64_t length) {
  const size_t bytes = bytes_of(dtype, length);
  void* memory = allocator_.allocate_idle(bytes);
  return add({memory, length, dtype}, new Block{memory, bytes, 0});
}

Handle BufferTable::alias(Handle handle) {
  const Entry shared = entry(handle);
  return add(shared.buffer, shared.block);
}

void BufferTable::release(Handle handle) {
  Block* block = entry(handle).block;
  entries_[handle].block = nullptr;
  free_.push_back(handle);
  live_handles_--;
  if (--block->users > 0) return;
  allocator_.release(block->memory, block->bytes);
  delete block;
}

const BufferTable::Entry& BufferTable::entry(Handle handle) const {
  if (!live(handle)) throw std::invalid_argument("buffer " + std::to_string(handle) + " does not exist");
  return entries_[handle];
}

Handle BufferTable::add(const Buffer& buffer, Block* block) {
  if (free_.empty()) {
    entries_.emplace_back();
    free_.push_back(static_cast<Handle>(entries_.size() - 1));
  }
  const Handle handle = free_.back();
  free_.pop_back();
  entries_[handle] = {buffer, block};
  block->users++;
  live_handles_++;
  return handle;
}

}  // namespace convgrad
