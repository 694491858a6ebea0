// Launching elementwise kernels: kernel(inputs…, output, n, parameters…) over arrays of one length, chunk by chunk.
#pragma once
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

template <class T, class... Parameters>
void elementwise(Launch& launch, void (*kernel)(const T*, T*, int64_t, Parameters...), const Buffer& x, const Buffer& y,
                 Parameters... parameters) {
  launch([=] {
    for_chunks(y.length, [&](int64_t start, int64_t count) {
      kernel(x.as<T>() + start, y.as<T>() + start, count, parameters...);
    });
  });
}

template <class T, class... Parameters>
void elementwise(Launch& launch, void (*kernel)(const T*, const T*, T*, int64_t, Parameters...), const Buffer& a,
                 const Buffer& b, const Buffer& y, Parameters... parameters) {
  launch([=] {
    for_chunks(y.length, [&](int64_t start, int64_t count) {
      kernel(a.as<T>() + start, b.as<T>() + start, y.as<T>() + start, count, parameters...);
    });
  });
}

}  // namespace convgrad
