// destination ← source, bytes as they are. Both have the same dtype and length.
#include <cstring>

#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {

static void copy(Launch& launch, const Buffer& source, const Buffer& destination) {
  launch([=] {
    for_chunks(static_cast<int64_t>(source.bytes()), [&](int64_t start, int64_t count) {
      std::memcpy(destination.as<char>() + start, source.as<char>() + start, static_cast<size_t>(count));
    }, 1 << 18);
  });
}
REGISTER_OP(copy);

}  // namespace convgrad
