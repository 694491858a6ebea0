// How an operation is offered to JavaScript.
//
// An op's entry is a plain C++ function; its JavaScript twin is derived from the signature:
//
//   static void relu(Launch& launch, const Buffer& x, const Buffer& y) { launch([=] { … runs on the stream … }); }
//   REGISTER_OP(relu);                                    // native.relu(x, y), names become camelCase
//
// The entry runs on the JavaScript thread: it plans, takes scratch memory and enqueues. Shapes and dtypes were checked in
// TypeScript. It may throw (out of memory); what it enqueues may too, and then the next read rejects naming the op.
//
// Buffers are small values: a closure that captures one by copy holds the pointer, not the elements. What an OptionalBuffer
// points at ends with the entry: copy it before enqueueing.
//
// Parameters: const Buffer& (a handle), OptionalBuffer (a handle, or 0), int32_t, uint32_t, int64_t, float, double, bool.
// An entry may return one of these numbers, or void.
#pragma once
#include <node_api.h>

#include <cmath>
#include <cstdint>
#include <exception>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "runtime/buffers.h"
#include "runtime/environment.h"
#include "runtime/pool.h"

namespace convgrad {

using OptionalBuffer = const Buffer*;

// What an op's entry gets to work with. Scratch memory lives until the work enqueued by this entry has run.
class Launch {
 public:
  Launch(Environment& environment, const char* name) : environment_(environment), name_(name) {}
  ~Launch() {
    for (int i = 0; i < scratches_; i++) environment_.allocator.release(scratch_[i].memory, scratch_[i].bytes);
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;

  // 64-byte aligned, uninitialised. Earlier work on the stream may still use it: only what is launched may touch it.
  template <class T>
  T* scratch(int64_t count) {
    if (scratches_ == kMaxScratch) throw std::length_error("too many scratch buffers");
    const size_t bytes = static_cast<size_t>(count) * sizeof(T);
    void* memory = environment_.allocator.allocate(bytes);
    scratch_[scratches_++] = {memory, bytes};
    return static_cast<T*>(memory);
  }

  template <class Closure>
  void operator()(const Closure& closure) { environment_.stream.enqueue(name_, closure); }

  Environment& environment() { return environment_; }

 private:
  static constexpr int kMaxScratch = 8;
  struct Scratch {
    void* memory;
    size_t bytes;
  };
  Environment& environment_;
  const char* name_;
  Scratch scratch_[kMaxScratch];
  int scratches_ = 0;
};

namespace detail {

struct OpEntry {
  const char* name;  // as in C++
  napi_callback callback;
  OpEntry* next;
  static OpEntry*& first() {
    static OpEntry* head = nullptr;
    return head;
  }
  OpEntry(const char* op_name, napi_callback op_callback) : name(op_name), callback(op_callback), next(first()) {
    first() = this;
  }
};

struct CallContext {
  napi_env env;
  Environment& environment;
};

[[noreturn]] void wrong_argument(int position, const char* expected);

template <class T>
T number_argument(const CallContext& call, napi_value value, int position) {
  if constexpr (std::is_same_v<T, bool>) {
    bool result;
    if (napi_get_value_bool(call.env, value, &result) != napi_ok) wrong_argument(position, "a boolean");
    return result;
  } else {
    double result;
    if (napi_get_value_double(call.env, value, &result) != napi_ok) wrong_argument(position, "a number");
    if constexpr (std::is_integral_v<T>) {  // Node-API's own conversions wrap: 2^32 would become 0
      constexpr double kExact = 9007199254740991;  // of int64, what a JavaScript number holds exactly
      constexpr double low = sizeof(T) == 8 ? -kExact : static_cast<double>(std::numeric_limits<T>::min());
      constexpr double high = sizeof(T) == 8 ? kExact : static_cast<double>(std::numeric_limits<T>::max());
      if (!(result >= low && result <= high) || result != std::trunc(result))
        wrong_argument(position, sizeof(T) == 8 ? "an integer" : "an integer of 32 bits");
    } else {
      static_assert(std::is_floating_point_v<T>, "an op parameter of this type is not understood");
    }
    return static_cast<T>(result);
  }
}

// Buffers are held by value here so that an OptionalBuffer can point at something that outlives the conversion.
template <class Parameter>
struct Argument {
  Parameter value;
  Argument(const CallContext& call, napi_value js, int position)
      : value(number_argument<Parameter>(call, js, position)) {}
  Parameter get() const { return value; }
};

template <>
struct Argument<const Buffer&> {
  Buffer buffer;
  Argument(const CallContext& call, napi_value js, int position)
      : buffer(call.environment.buffers.at(number_argument<int32_t>(call, js, position))) {}
  const Buffer& get() const { return buffer; }
};

template <>
struct Argument<OptionalBuffer> {
  Buffer buffer{};
  bool present;
  Argument(const CallContext& call, napi_value js, int position) {
    const Handle handle = number_argument<int32_t>(call, js, position);
    present = handle != 0;
    if (present) buffer = call.environment.buffers.at(handle);
  }
  OptionalBuffer get() const { return present ? &buffer : nullptr; }
};

inline napi_value to_js(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

struct FunctionData {  // what each JavaScript function carries
  Environment* environment;
  const char* name;
};

void wrong_argument_count(size_t expected, size_t given);

template <auto Function>
struct Entry;

template <class Result, class... Parameters, Result (*Function)(Launch&, Parameters...)>
struct Entry<Function> {
  static constexpr size_t kCount = sizeof...(Parameters);

  template <size_t... I>
  static napi_value invoke(const CallContext& call, const char* name, napi_value* values, std::index_sequence<I...>) {
    const std::tuple<Argument<Parameters>...> arguments{Argument<Parameters>(call, values[I], static_cast<int>(I))...};
    Launch launch(call.environment, name);
    if constexpr (std::is_void_v<Result>) {
      Function(launch, std::get<I>(arguments).get()...);
      return nullptr;
    } else {
      return to_js(call.env, static_cast<double>(Function(launch, std::get<I>(arguments).get()...)));
    }
  }

  static napi_value call(napi_env env, napi_callback_info info) {
    napi_value values[kCount + 1];
    size_t given = kCount + 1;
    void* data;
    napi_get_cb_info(env, info, &given, values, nullptr, &data);
    const auto& function = *static_cast<FunctionData*>(data);
    try {
      if (given != kCount) wrong_argument_count(kCount, given);
      return invoke({env, *function.environment}, function.name, values, std::index_sequence_for<Parameters...>{});
    } catch (const std::exception& error) {
      function.environment->throw_error((std::string(function.name) + ": " + error.what()).c_str());
      return nullptr;
    }
  }
};

// Defines all registered ops as functions on `exports`.
void export_ops(napi_env env, napi_value exports, Environment& environment);

}  // namespace detail
}  // namespace convgrad

#define REGISTER_OP(function)                                                 \
  static const ::convgrad::detail::OpEntry convgrad_register_##function(      \
      #function, ::convgrad::detail::Entry<&function>::call)
