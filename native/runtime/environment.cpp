#include "runtime/environment.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace convgrad {
namespace {

constexpr int64_t kReportStep = 16 << 20;      // telling V8 costs time: only in steps of this size
constexpr size_t kCollectBytes = 64 << 20;     // growth of tracked memory after which dead owners are looked for
constexpr size_t kCollectHandles = 1 << 14;    // and growth of their number

}  // namespace

struct Environment::Pending {
  Environment* environment;
  napi_deferred deferred;
  napi_ref result;
  std::string failure;
};

struct Environment::Tracked {
  Environment* environment;  // null once the memory has been released by other means
  Handle handle;
  size_t bytes;
  napi_ref owner;
};

Environment::Environment(napi_env env) : env_(env) {
  napi_value name;
  napi_create_string_utf8(env, "convgrad", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, on_settled, &settle_);
  napi_unref_threadsafe_function(env, settle_);  // only a pending read keeps the process alive
  napi_add_env_cleanup_hook(env, tear_down, this);
}

Environment::~Environment() = default;

void Environment::tear_down(void* self) {
  auto& environment = *static_cast<Environment*>(self);
  environment.stream.stop();
  napi_release_threadsafe_function(environment.settle_, napi_tsfn_abort);
  for (Pending* pending : environment.pending_) delete pending;
  environment.pending_.clear();
  for (auto& [handle, tracked] : environment.tracked_) tracked->environment = nullptr;
  environment.tracked_.clear();
}

Environment::Pending* Environment::begin_pending(napi_value result, napi_value* promise) {
  napi_deferred deferred;
  if (napi_create_promise(env_, &deferred, promise) != napi_ok)
    throw std::runtime_error("the environment is shutting down");  // a worker that is being terminated
  auto* pending = new Pending{this, deferred, nullptr, {}};
  napi_create_reference(env_, result, 1, &pending->result);
  if (pending_.empty()) napi_ref_threadsafe_function(env_, settle_);
  pending_.insert(pending);
  return pending;
}

void Environment::settle(Pending* pending) {  // on the stream's thread
  pending->failure = stream.take_failure();
  napi_call_threadsafe_function(settle_, pending, napi_tsfn_nonblocking);
}

napi_value Environment::read(Handle handle, napi_value destination, void* bytes) {
  const Buffer buffer = buffers.at(handle);
  napi_value promise;
  Pending* pending = begin_pending(destination, &promise);
  stream.enqueue("read", [this, pending, buffer, bytes] {
    std::memcpy(bytes, buffer.data, buffer.bytes());
    settle(pending);
  });
  return promise;
}

napi_value Environment::synchronize() {
  napi_value nothing, promise;
  napi_create_object(env_, &nothing);
  Pending* pending = begin_pending(nothing, &promise);
  stream.enqueue("synchronize", [this, pending] { settle(pending); });
  return promise;
}

void Environment::on_settled(napi_env env, napi_value, void*, void* data) {
  auto* pending = static_cast<Pending*>(data);
  if (!env) return;  // the environment is going down; tear_down() owns what is pending
  Environment& environment = *pending->environment;
  napi_value result;
  napi_get_reference_value(env, pending->result, &result);
  if (pending->failure.empty()) napi_resolve_deferred(env, pending->deferred, result);
  else napi_reject_deferred(env, pending->deferred, environment.make_error(pending->failure.c_str()));
  napi_delete_reference(env, pending->result);
  environment.pending_.erase(pending);
  if (environment.pending_.empty()) napi_unref_threadsafe_function(env, environment.settle_);
  delete pending;
}

void Environment::track(napi_value owner, Handle handle) {
  const size_t bytes = buffers.at(handle).bytes();
  auto* tracked = new Tracked{this, handle, bytes, nullptr};
  if (napi_add_finalizer(env_, owner, tracked, on_collected, nullptr, &tracked->owner) != napi_ok) {
    delete tracked;
    return;
  }
  tracked_[handle] = tracked;
  tracked_bytes_ += bytes;
  report_external(static_cast<int64_t>(bytes));
}

void Environment::untrack(Handle handle) {
  const auto found = tracked_.find(handle);
  if (found == tracked_.end()) return;
  Tracked* tracked = found->second;
  tracked_.erase(found);
  tracked_bytes_ -= tracked->bytes;
  report_external(-static_cast<int64_t>(tracked->bytes));
  napi_delete_reference(env_, tracked->owner);  // cancels the finalizer
  delete tracked;
}

void Environment::on_collected(napi_env env, void* data, void*) {
  auto* tracked = static_cast<Tracked*>(data);
  if (tracked->environment) tracked->environment->release_tracked(tracked);
  napi_delete_reference(env, tracked->owner);
  delete tracked;
}

void Environment::release_tracked(Tracked* tracked) {
  tracked_.erase(tracked->handle);
  tracked_bytes_ -= tracked->bytes;
  report_external(-static_cast<int64_t>(tracked->bytes));
  buffers.release(tracked->handle);
  tracked->environment = nullptr;
}

void Environment::collect() {
  napi_handle_scope scope;
  napi_open_handle_scope(env_, &scope);
  for (auto next = tracked_.begin(); next != tracked_.end();) {
    Tracked* tracked = (next++)->second;
    napi_value owner = nullptr;
    napi_get_reference_value(env_, tracked->owner, &owner);
    if (!owner) release_tracked(tracked);  // its finalizer, still to come, deletes it
  }
  napi_close_handle_scope(env_, scope);
}

void Environment::collect_if_grown() {
  if (tracked_bytes_ <= 2 * settled_bytes_ + kCollectBytes && tracked_.size() <= 2 * settled_handles_ + kCollectHandles)
    return;
  collect_garbage(false);
  // What survived may be garbage that has grown old.
  if (tracked_bytes_ <= settled_bytes_ + kCollectBytes / 2 && tracked_.size() <= settled_handles_ + kCollectHandles / 2)
    return;
  collect_garbage(true);
  settled_bytes_ = tracked_bytes_;
  settled_handles_ = tracked_.size();
}

void Environment::collect_garbage(bool all) {
  if (collector_) {
    napi_value function, global, argument;
    napi_get_reference_value(env_, collector_, &function);
    napi_get_global(env_, &global);
    napi_get_boolean(env_, all, &argument);
    napi_call_function(env_, global, function, 1, &argument, nullptr);
  }
  collect();
}

void Environment::set_collector(napi_value function) { napi_create_reference(env_, function, 1, &collector_); }

void Environment::report_external(int64_t delta) {
  unreported_ += delta;
  if (unreported_ > -kReportStep && unreported_ < kReportStep) return;
  int64_t total;
  napi_adjust_external_memory(env_, unreported_, &total);
  reported_ += unreported_;
  unreported_ = 0;
}

void Environment::set_error_class(napi_value constructor) {
  napi_create_reference(env_, constructor, 1, &error_class_);
}

napi_value Environment::make_error(const char* message) {
  napi_value text, constructor = nullptr, error = nullptr;
  napi_create_string_utf8(env_, message, NAPI_AUTO_LENGTH, &text);
  if (error_class_) napi_get_reference_value(env_, error_class_, &constructor);
  if (!constructor || napi_new_instance(env_, constructor, 1, &text, &error) != napi_ok)
    napi_create_error(env_, nullptr, text, &error);
  return error;
}

void Environment::throw_error(const char* message) { napi_throw(env_, make_error(message)); }

}  // namespace convgrad
