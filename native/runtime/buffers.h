// Buffers and the integer handles JavaScript knows them by.
//
// A handle names one entry of a table; several entries may share one block of memory (reshaped views, values saved for the
// backward pass). The block goes back to the allocator when its last entry is released. Handle 0 is no buffer.
#pragma once
#include <cstdint>
#include <vector>

#include "runtime/allocator.h"
#include "runtime/dtype.h"

namespace convgrad {

using Handle = int32_t;

struct Buffer {
  void* data;
  int64_t length;  // elements
  DType dtype;

  template <class T>
  T* as() const { return static_cast<T*>(data); }
  size_t bytes() const { return static_cast<size_t>(length) * size_of(dtype); }
};

class BufferTable {
 public:
  explicit BufferTable(Allocator& allocator) : allocator_(allocator), entries_(1) {}
  ~BufferTable();  // gives all memory back to the allocator
  BufferTable(const BufferTable&) = delete;
  BufferTable& operator=(const BufferTable&) = delete;

  Handle allocate(DType dtype, int64_t length);
  Handle adopt_idle(DType dtype, int64_t length);  // memory the JavaScript thread may write at once
  Handle alias(Handle handle);                     // another handle on the same memory
  void release(Handle handle);

  // Throws std::invalid_argument for a handle that names nothing.
  const Buffer& at(Handle handle) const { return entry(handle).buffer; }
  bool live(Handle handle) const {
    return handle > 0 && static_cast<size_t>(handle) < entries_.size() && entries_[handle].block;
  }
  bool shared(Handle handle) const { return entry(handle).block->users > 1; }  // whether others name the same memory
  int64_t live_handles() const { return live_handles_; }

 private:
  struct Block {
    void* memory;
    size_t bytes;
    int64_t users;
  };
  struct Entry {
    Buffer buffer{};
    Block* block = nullptr;
  };

  const Entry& entry(Handle handle) const;
  Handle add(const Buffer& buffer, Block* block);

  Allocator& allocator_;
  std::vector<Entry> entries_;  // [0] stands for no buffer
  std::vector<Handle> free_;
  int64_t live_handles_ = 0;
};

}  // namespace convgrad
