// counts(actual, predicted) = samples of class `actual` that were taken for class `predicted`
// labels int32 or uint8, predictions int32 [rows], counts float32 [classes, classes]. Has no gradient.
#include "ops/labels.h"
#include "runtime/op.h"

namespace convgrad {

static void confusion_matrix(Launch& launch, const Buffer& labels, const Buffer& predictions, const Buffer& counts,
                             int64_t classes) {
  launch([=] {
    check_labels(labels, classes);
    const Labels actual(labels);
    float* count = counts.as<float>();
    for (int64_t i = 0; i < counts.length; i++) count[i] = 0;
    for (int64_t n = 0; n < labels.length; n++) count[actual[n] * classes + predictions.as<int32_t>()[n]] += 1;
  });
}
REGISTER_OP(confusion_matrix);

}  // namespace convgrad
