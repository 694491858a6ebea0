// correct = number of rows whose label is among the k largest logits
// Of equal logits the first counts as larger, and NaN as larger than any number. logits [rows, classes], labels int32 or uint8 [rows].
#include "ops/chunks.h"
#include "ops/labels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/top_k_correct.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

CONVGRAD_BEGIN_ISA

// A label is among the k largest if fewer than k logits stand before it: those before it in the row that are not smaller,
// and those after it that are not smaller or equal.
template <class T>
int64_t count_correct(const T* logits, Labels labels, int64_t rows, int64_t classes, int64_t k) {
  int64_t correct = 0;
  for (int64_t n = 0; n < rows; n++, logits += classes) {
    const int64_t label = labels[n];
    const T own = logits[label];
    Bits<T> ahead{};  // minus the count, lane by lane
    for (int64_t j = 0; j < label; j += kLanes<T>) {
      const auto inside = iota<T>() < static_cast<T>(label - j < kLanes<T> ? label - j : kLanes<T>);
      ahead += ~(load(logits + j, label - j) < own) & inside;
    }
    for (int64_t j = label + 1; j < classes; j += kLanes<T>) {
      const auto inside = iota<T>() < static_cast<T>(classes - j < kLanes<T> ? classes - j : kLanes<T>);
      ahead += ~(load(logits + j, classes - j) <= own) & inside;
    }
    correct += -static_cast<int64_t>(sum(ahead)) < k;
  }
  return correct;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void top_k_correct(Launch& launch, const Buffer& logits, const Buffer& labels, const Buffer& correct,
                          int64_t classes, int64_t k) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(count_correct<T>);
    const int64_t chunk = classes < kChunk ? kChunk / classes : 1, chunks = (labels.length + chunk - 1) / chunk;
    int64_t* counts = launch.scratch<int64_t>(chunks);
    launch([=] {
      check_labels(labels, classes);
      for_chunks(labels.length, [&](int64_t row, int64_t count) {
        counts[row / chunk] = kernel(logits.as<T>() + row * classes, Labels(labels).from(row), count, classes, k);
      }, chunk);
      int64_t total = 0;
      for (int64_t i = 0; i < chunks; i++) total += counts[i];
      *correct.as<float>() = static_cast<float>(total);
    });
  });
}
REGISTER_OP(top_k_correct);

}  // namespace convgrad
#endif
