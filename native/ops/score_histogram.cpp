// counts(1, b) = scores in bin b whose hit is 1, counts(0, b) those whose hit is 0;
// bins equally wide from low to high, the outermost open.
// NaN counts in the lowest bin. scores, hits [n], counts float32 [2, bins]. Has no gradient.
#include "runtime/op.h"

namespace convgrad {

static void score_histogram(Launch& launch, const Buffer& scores, const Buffer& hits, const Buffer& counts, double low,
                            double high) {
  visit_float(scores.dtype, [&]<class T>() {
    launch([=] {
      const int64_t bins = counts.length / 2;
      float* count = counts.as<float>();
      for (int64_t i = 0; i < counts.length; i++) count[i] = 0;
      for (int64_t n = 0; n < scores.length; n++) {
        const double at = (static_cast<double>(scores.as<T>()[n]) - low) / (high - low) * static_cast<double>(bins);
        const int64_t bin = !(at > 0) ? 0 : at >= static_cast<double>(bins) ? bins - 1 : static_cast<int64_t>(at);
        count[(hits.as<T>()[n] > 0 ? bins : 0) + bin] += 1;
      }
    });
  });
}
REGISTER_OP(score_histogram);

}  // namespace convgrad
