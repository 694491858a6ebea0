// Typed arrays of JavaScript as parameters of an op: const HostArray&.
//
// Their memory is V8's: it may be used until the entry returns and not after, so such an op computes at once, on the JavaScript
// thread, and launches nothing. That is how batches are augmented: the stream and the compute pool go on training meanwhile.
#pragma once
#include "runtime/op.h"

namespace convgrad {

struct HostArray {
  void* data;
  int64_t length;  // elements
  DType dtype;

  template <class T>
  T* as() const { return static_cast<T*>(data); }
};

namespace detail {

template <>
struct Argument<const HostArray&> {
  HostArray array{};
  Argument(const CallContext& call, napi_value value, int position) {
    napi_typedarray_type type;
    size_t length;
    if (napi_get_typedarray_info(call.env, value, &type, &length, &array.data, nullptr, nullptr) != napi_ok)
      wrong_argument(position, "a typed array");
    switch (type) {
      case napi_float32_array: array.dtype = DType::float32; break;
      case napi_float64_array: array.dtype = DType::float64; break;
      case napi_int32_array: array.dtype = DType::int32; break;
      case napi_uint8_array: array.dtype = DType::uint8; break;
      default: wrong_argument(position, "a Float32Array, Float64Array, Int32Array or Uint8Array");
    }
    array.length = static_cast<int64_t>(length);
  }
  const HostArray& get() const { return array; }
};

}  // namespace detail
}  // namespace convgrad
