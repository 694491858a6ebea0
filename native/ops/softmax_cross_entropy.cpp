// loss(n) = s(n) Σ_k w(k) q(n, k)·(−ln p(n, k)),   p = softmax(logits(n, ·))
//
//   q = (1 − smoothing)·(onehot(label), or a dense target) + smoothing / classes,   w weights of classes, s of samples
//   mean: Σ loss / Σ s(n) w(label(n)), as in PyTorch; with dense targets Σ loss / Σ s(n)
//
// Rows whose label is to be ignored have neither loss nor gradient nor weight in the mean. Gradients assign.
// logits, dense targets [rows, classes], labels int32 or uint8 [rows], loss [rows] or reduced to one number.
#include "ops/chunks.h"
#include "ops/labels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/softmax_cross_entropy.cpp"
#include "simd/foreach_isa.h"
#include "ops/cross_entropy_row.h"

#ifndef CONVGRAD_CROSS_ENTROPY_TARGETS  // one type for all instruction sets
#define CONVGRAD_CROSS_ENTROPY_TARGETS
namespace convgrad {
template <class T>
struct CrossEntropyTargets {
  Labels labels;  // or none
  const T *dense, *class_weights, *sample_weights;
  int64_t classes, ignored;
  T keep, floor;

  bool ignores(int64_t n) const { return labels && labels[n] == ignored; }
  RowTarget<T> row(int64_t n) const {
    return {labels ? labels[n] : 0, dense ? dense + n * classes : nullptr, class_weights, keep, floor};
  }
  T sample_weight(int64_t n) const { return sample_weights ? sample_weights[n] : 1; }
  T share_of_mean(int64_t n) const {
    if (ignores(n)) return 0;
    return sample_weight(n) * (labels && class_weights ? class_weights[labels[n]] : 1);
  }
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

template <class T>
void losses_of_rows(const T* logits, const CrossEntropyTargets<T>& targets, int64_t from, int64_t to, T* losses,
                    T* normalizers) {
  for (int64_t n = from; n < to; n++) {
    losses[n] = targets.ignores(n) ? 0
                                   : targets.sample_weight(n) *
                                         cross_entropy_row(logits + n * targets.classes, targets.classes,
                                                           targets.row(n), normalizers + 3 * n);
  }
}

// dy holds one number per row, `dy_step` = 1 apart, or one for all of them, `dy_step` = 0.
template <class T>
void gradients_of_rows(const T* logits, const CrossEntropyTargets<T>& targets, int64_t from, int64_t to,
                       const T* normalizers, const T* dy, int64_t dy_step, T scale, T* d_logits) {
  for (int64_t n = from; n < to; n++) {
    T* row = d_logits + n * targets.classes;
    if (targets.ignores(n)) {
      for (int64_t k = 0; k < targets.classes; k++) row[k] = 0;
    } else {
      cross_entropy_row_gradient(logits + n * targets.classes, targets.classes, targets.row(n), normalizers + 3 * n,
                                 dy[n * dy_step] * scale * targets.sample_weight(n), row);
    }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static int64_t rows_per_chunk(int64_t classes) { return classes < (kChunk >> 3) ? (kChunk >> 3) / classes : 1; }

template <class T>
static const T* optional(OptionalBuffer buffer) { return buffer ? buffer->as<T>() : nullptr; }

template <class T>
static CrossEntropyTargets<T> targets_of(OptionalBuffer labels, OptionalBuffer dense, OptionalBuffer class_weights,
                                         OptionalBuffer sample_weights, int64_t classes, int64_t ignored,
                                         double smoothing) {
  return {labels ? Labels(*labels) : Labels(), optional<T>(dense), optional<T>(class_weights), optional<T>(sample_weights),
          classes, ignored, static_cast<T>(1 - smoothing), static_cast<T>(smoothing / static_cast<double>(classes))};
}

// `loss` holds one number per row, or one: their sum, or mean. `normalizers` holds three numbers per row, then what the
// losses were multiplied by.
static void softmax_cross_entropy(Launch& launch, const Buffer& logits, OptionalBuffer labels, OptionalBuffer dense,
                                  OptionalBuffer class_weights, OptionalBuffer sample_weights, const Buffer& loss,
                                  const Buffer& normalizers, int64_t classes, double smoothing, int64_t ignored,
                                  bool reduced, bool averaged) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(losses_of_rows<T>);
    const auto targets = targets_of<T>(labels, dense, class_weights, sample_weights, classes, ignored, smoothing);
    const int64_t rows = logits.length / classes;
    const Buffer checked = labels ? *labels : Buffer{};
    T* losses = reduced ? launch.scratch<T>(rows) : loss.as<T>();
    launch([=] {
      check_labels(checked, classes, ignored);
      for_chunks(rows, [&](int64_t row, int64_t count) {
        kernel(logits.as<T>(), targets, row, row + count, losses, normalizers.as<T>());
      }, rows_per_chunk(classes));
      double total = 0, weight = 0;
      for (int64_t n = 0; n < rows; n++) total += static_cast<double>(losses[n]);
      for (int64_t n = 0; n < rows; n++) weight += static_cast<double>(targets.share_of_mean(n));
      const double scale = !averaged ? 1 : weight == 0 ? 0 : 1 / weight;
      normalizers.as<T>()[3 * rows] = static_cast<T>(scale);
      if (reduced) *loss.as<T>() = static_cast<T>(total * scale);
    });
  });
}
REGISTER_OP(softmax_cross_entropy);

static void softmax_cross_entropy_gradient(Launch& launch, const Buffer& logits, OptionalBuffer labels,
                                           OptionalBuffer dense, OptionalBuffer class_weights,
                                           OptionalBuffer sample_weights, const Buffer& normalizers, const Buffer& dy,
                                           const Buffer& d_logits, int64_t classes, double smoothing, int64_t ignored,
                                           bool reduced) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(gradients_of_rows<T>);
    const auto targets = targets_of<T>(labels, dense, class_weights, sample_weights, classes, ignored, smoothing);
    const int64_t rows = logits.length / classes;
    const Buffer checked = labels ? *labels : Buffer{};
    launch([=] {
      try {
        check_labels(checked, classes, ignored);
      } catch (...) {  // zeros, so that an update already enqueued does not ruin the weights
        for (int64_t i = 0; i < d_logits.length; i++) d_logits.as<T>()[i] = 0;
        throw;
      }
      for_chunks(rows, [&](int64_t row, int64_t count) {
        kernel(logits.as<T>(), targets, row, row + count, normalizers.as<T>(), dy.as<T>(), reduced ? 0 : 1,
               normalizers.as<T>()[3 * rows], d_logits.as<T>());
      }, rows_per_chunk(classes));
    });
  });
}
REGISTER_OP(softmax_cross_entropy_gradient);

}  // namespace convgrad
#endif
