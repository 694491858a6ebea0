// Everything that belongs to one Node environment (the main thread or a worker): its stream, memory, buffers, pending reads
// and the weak references by which memory follows garbage collection. Only the compute pool is shared by the process.
//
// Teardown (a cleanup hook): tasks not started are dropped, the one in flight is waited for, then memory is freed.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "runtime/allocator.h"
#include "runtime/buffers.h"
#include "runtime/stream.h"

namespace convgrad {

class Environment {
 public:
  explicit Environment(napi_env env);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  Stream stream;
  Allocator allocator{stream};
  BufferTable buffers{allocator};

  // Copies the buffer into `destination` (a typed array of the same size) once everything before has run.
  // Returns a promise of `destination`; it rejects if an operation before it failed.
  napi_value read(Handle handle, napi_value destination, void* bytes);

  // A promise that settles once everything enqueued so far has run, and rejects if something failed.
  napi_value synchronize();

  // Releases `handle` when `owner` is garbage collected, unless untrack() comes first. The memory counts as V8's.
  void track(napi_value owner, Handle handle);
  void untrack(Handle handle);

  // Releases what dead owners still hold, without waiting for the event loop to run their finalizers.
  void collect();
  // The same after a garbage collection, of the young only or of all.
  void collect_garbage(bool all);
  // The same if tracked memory has grown much since the last time: a loop that never returns to the event loop runs no
  // finalizers, and V8 does not see how much memory its small objects stand for.
  void collect_if_grown();
  // JavaScript function that collects garbage: the young, or, given true, all of it.
  void set_collector(napi_value function);

  // Constructor of the JavaScript class for native failures.
  void set_error_class(napi_value constructor);
  void throw_error(const char* message);

 private:
  struct Pending;
  struct Tracked;

  Pending* begin_pending(napi_value result, napi_value* promise);
  void settle(Pending* pending);
  static void on_settled(napi_env env, napi_value, void* context, void* data);
  static void on_collected(napi_env env, void* data, void*);
  static void tear_down(void* self);

  napi_value make_error(const char* message);
  void release_tracked(Tracked* tracked);
  void report_external(int64_t delta);

  napi_env env_;
  napi_threadsafe_function settle_ = nullptr;
  napi_ref error_class_ = nullptr, collector_ = nullptr;
  std::unordered_set<Pending*> pending_;
  std::unordered_map<Handle, Tracked*> tracked_;
  size_t tracked_bytes_ = 0;
  size_t settled_bytes_ = 0, settled_handles_ = 0;  // tracked after the last full collection: what is really in use
  int64_t unreported_ = 0, reported_ = 0;
};

}  // namespace convgrad
