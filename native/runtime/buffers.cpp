#include "runtime/buffers.h"

#include <stdexcept>
#include <string>

namespace convgrad {

BufferTable::~BufferTable() {
  for (size_t handle = 1; handle < entries_.size(); handle++)
    if (entries_[handle].block) release(static_cast<Handle>(handle));
}

Handle BufferTable::allocate(DType dtype, int64_t length) {
  const size_t bytes = static_cast<size_t>(length) * size_of(dtype);
  void* memory = allocator_.allocate(bytes);
  return add({memory, length, dtype}, new Block{memory, bytes, 0});
}

Handle BufferTable::adopt_idle(DType dtype, int64_t length) {
  const size_t bytes = static_cast<size_t>(length) * size_of(dtype);
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
