// The module's entry: one Environment per Node environment, the functions that manage memory and threads, and all ops.
// lib/native.ts is the contract of this surface.
// In a worker that is being terminated calls into JavaScript fail; the C++ wrapper would end the process otherwise.
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
#include <napi.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "runtime/cpu.h"
#include "runtime/environment.h"
#include "runtime/op.h"
#include "runtime/pool.h"

namespace {

using convgrad::DType;
using convgrad::Environment;
using convgrad::Handle;

// Runs `body`, turning C++ exceptions into the JavaScript class for native errors.
template <class Body>
Napi::Value guarded(const Napi::CallbackInfo& info, Environment& environment, Body body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    environment.throw_error(error.what());
    return info.Env().Undefined();
  }
}

DType dtype_of(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array: return DType::float32;
    case napi_float64_array: return DType::float64;
    case napi_int32_array: return DType::int32;
    case napi_uint8_array: return DType::uint8;
    default: throw std::invalid_argument("expected a Float32Array, Float64Array, Int32Array or Uint8Array");
  }
}

struct Elements {
  void* data;
  size_t length;
  DType dtype;
};

Elements elements_of(const Napi::CallbackInfo& info, size_t argument) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(info.Env(), info[argument], &type, &length, &data, nullptr, nullptr) != napi_ok)
    throw std::invalid_argument("expected a typed array");
  return {data, length, dtype_of(type)};
}

Handle handle_argument(const Napi::CallbackInfo& info, size_t argument = 0) {
  return info[argument].As<Napi::Number>().Int32Value();
}

// Memory for a tensor. Where it does not suffice, garbage that nobody has collected yet may hold some.
template <class Allocate>
Napi::Value allocated(const Napi::CallbackInfo& info, Environment& environment, Allocate allocate) {
  environment.collect_if_grown();
  try {
    return Napi::Number::New(info.Env(), allocate());
  } catch (const std::runtime_error&) {
    environment.collect_garbage(true);
    return Napi::Number::New(info.Env(), allocate());
  }
}

Napi::Object memory(const Napi::CallbackInfo& info, Environment& environment) {
  Napi::Object result = Napi::Object::New(info.Env());
  result["liveBytes"] = static_cast<double>(environment.allocator.live_bytes());
  result["peakBytes"] = static_cast<double>(environment.allocator.peak_bytes());
  result["cachedBytes"] = static_cast<double>(environment.allocator.cached_bytes());
  result["liveBuffers"] = static_cast<double>(environment.buffers.live_handles());
  return result;
}

Napi::Object system_info(const Napi::CallbackInfo& info, Environment& environment) {
  Napi::Object result = Napi::Object::New(info.Env());
  const convgrad::CacheSizes caches = convgrad::cache_sizes();
  result["isa"] = convgrad::isa_name(convgrad::active_isa());
  result["detectedIsa"] = convgrad::isa_name(convgrad::detected_isa());
  if (const char* error = convgrad::isa_override_error()) result["isaError"] = error;
  result["threads"] = convgrad::thread_count();
  result["availableCpus"] = convgrad::available_cpus();
  result["l1Bytes"] = static_cast<double>(caches.l1);
  result["l2Bytes"] = static_cast<double>(caches.l2);
  result["l3Bytes"] = static_cast<double>(caches.l3);
  result["pendingOps"] = static_cast<double>(environment.stream.enqueued() - environment.stream.completed());
  return result;
}

Environment* make_environment(Napi::Env env) {
  try {
    return new Environment(env);
  } catch (const std::exception& error) {  // the stream's thread could not be started
    throw Napi::Error::New(env, error.what());
  }
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  Environment* environment = make_environment(env);
  env.SetInstanceData<Environment>(environment);

  auto define = [&](const char* name, auto body) {
    exports[name] = Napi::Function::New(env, [environment, body](const Napi::CallbackInfo& info) -> Napi::Value {
      return guarded(info, *environment, [&]() -> Napi::Value { return body(info, *environment); });
    }, name);
  };

  define("allocate", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    const auto dtype = static_cast<DType>(info[0].As<Napi::Number>().Int32Value());
    const double length = info[1].As<Napi::Number>().DoubleValue();  // as an integer, Infinity would be 0
    if (!std::isfinite(length)) throw std::length_error("cannot allocate a buffer of so many elements");
    return allocated(info, environment, [&] {
      return environment.buffers.allocate(dtype, static_cast<int64_t>(std::min(length, 1e18)));
    });
  });
  define("upload", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    return allocated(info, environment, [&] {
      const Elements elements = elements_of(info, 0);
      const Handle handle = environment.buffers.adopt_idle(elements.dtype, static_cast<int64_t>(elements.length));
      const convgrad::Buffer& buffer = environment.buffers.at(handle);
      if (buffer.bytes()) std::memcpy(buffer.data, elements.data, buffer.bytes());
      return handle;
    });
  });
  define("alias", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    return Napi::Number::New(info.Env(), environment.buffers.alias(handle_argument(info)));
  });
  define("shared", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    return Napi::Boolean::New(info.Env(), environment.buffers.shared(handle_argument(info)));
  });
  define("release", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    const Handle handle = handle_argument(info);
    environment.untrack(handle);
    environment.buffers.release(handle);
    return info.Env().Undefined();
  });
  define("track", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.track(info[0], handle_argument(info, 1));
    return info.Env().Undefined();
  });
  define("untrack", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.untrack(handle_argument(info));
    return info.Env().Undefined();
  });
  define("read", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    const Elements elements = elements_of(info, 1);
    const convgrad::Buffer& buffer = environment.buffers.at(handle_argument(info));
    if (elements.dtype != buffer.dtype || static_cast<int64_t>(elements.length) != buffer.length)
      throw std::invalid_argument("the destination does not fit the buffer");
    return Napi::Value(info.Env(), environment.read(handle_argument(info), info[1], elements.data));
  });
  define("synchronize", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    return Napi::Value(info.Env(), environment.synchronize());
  });
  define("memory", memory);
  define("resetPeakMemory", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.allocator.reset_peak();
    return info.Env().Undefined();
  });
  define("setMemoryLimit", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.allocator.set_limit(static_cast<size_t>(info[0].As<Napi::Number>().Int64Value()));
    return info.Env().Undefined();
  });
  define("trimMemory", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.collect();
    environment.allocator.trim();
    return info.Env().Undefined();
  });
  define("setThreads", [](const Napi::CallbackInfo& info, Environment&) -> Napi::Value {
    convgrad::set_thread_count(info[0].As<Napi::Number>().Int32Value());
    return info.Env().Undefined();
  });
  define("info", system_info);
  define("setErrorClass", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.set_error_class(info[0]);
    return info.Env().Undefined();
  });
  define("setCollector", [](const Napi::CallbackInfo& info, Environment& environment) -> Napi::Value {
    environment.set_collector(info[0]);
    return info.Env().Undefined();
  });
  convgrad::detail::export_ops(env, exports, *environment);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialise)
