// y = value, everywhere; any dtype. The value is one that the dtype can hold, or rounds to.
#include "ops/any_dtype.h"
#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

static void fill(Launch& launch, const Buffer& y, double value) {
  visit_any(y.dtype, [&]<class T>() {
    const T each = static_cast<T>(value);
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t count) {
        T* out = y.as<T>() + start;
        for (int64_t i = 0; i < count; i++) out[i] = each;
      });
    });
  });
}
REGISTER_OP(fill);

}  // namespace convgrad
