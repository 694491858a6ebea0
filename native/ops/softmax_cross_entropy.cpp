// loss(n) = −Σ_k q(k) ln p(k),  p = softmax(logits(n, ·)),  q = (1 − smoothing)·onehot(label) + smoothing / classes
//         = ln Σ_k e^z(k) − (1 − smoothing)·z(label) − smoothing·mean(z),    z = logits − max, so that nothing overflows
// d_logits = (p − q)·dy·scale; assigns. logits [batch, classes], labels int32 [batch], loss [batch] or reduced to one number.
#include "ops/chunks.h"
#include "ops/labels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/softmax_cross_entropy.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

// The next elements, and `rest` in the lanes beyond them.
template <class T>
CONVGRAD_INLINE Vec<T> load_or(const T* p, int64_t left, T rest) {
  if (left >= kLanes<T>) return load(p);
  return select(iota<T>() < static_cast<T>(left), load(p, left), broadcast(rest));
}

// losses[n], and as normalizers the row's maximum and ln Σ e^z, apart: their sum would round away what large logits need
template <class T>
void losses_of_rows(const T* logits, const int32_t* labels, int64_t rows, int64_t classes, T smoothing, T* losses,
                    T* normalizers) {
  constexpr T kLowest = -__builtin_inf();
  for (int64_t n = 0; n < rows; n++, logits += classes) {
    Vec<T> best = broadcast(kLowest);
    for (int64_t k = 0; k < classes; k += kLanes<T>) best = max(best, load_or(logits + k, classes - k, kLowest));
    const T highest = max_lane(best);
    Vec<T> total{}, shifted{};
    for (int64_t k = 0; k < classes; k += kLanes<T>) {
      total += exp(load_or(logits + k, classes - k, kLowest) - highest);
      shifted += load_or(logits + k, classes - k, highest) - highest;
    }
    const T log_total = log(broadcast(sum(total)))[0];
    T loss = log_total - (1 - smoothing) * (logits[labels[n]] - highest);
    if (smoothing > 0) loss -= smoothing * sum(shifted) / static_cast<T>(classes);
    losses[n] = loss;
    normalizers[2 * n] = highest;
    normalizers[2 * n + 1] = log_total;
  }
}

// dy holds one number per row, `dy_step` = 1 apart, or one for all of them, `dy_step` = 0.
template <class T>
void gradients_of_rows(const T* logits, const int32_t* labels, const T* normalizers, const T* dy, int64_t dy_step,
                       int64_t rows, int64_t classes, T smoothing, T scale, T* d_logits) {
  const T floor = smoothing / static_cast<T>(classes);
  for (int64_t n = 0; n < rows; n++, logits += classes, d_logits += classes) {
    const T factor = dy[n * dy_step] * scale;
    for (int64_t k = 0; k < classes; k += kLanes<T>) {
      const Vec<T> p = exp(load(logits + k, classes - k) - normalizers[2 * n] - normalizers[2 * n + 1]);
      store(d_logits + k, (p - floor) * factor, classes - k);
    }
    d_logits[labels[n]] -= (1 - smoothing) * factor;
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static int64_t rows_per_chunk(int64_t classes) { return classes < (kChunk >> 3) ? (kChunk >> 3) / classes : 1; }

// `loss` holds one number per row, or one: their sum times `scale`.
static void softmax_cross_entropy(Launch& launch, const Buffer& logits, const Buffer& labels, const Buffer& loss,
                                  const Buffer& normalizers, int64_t classes, double smoothing, double scale,
                                  bool reduced) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(losses_of_rows<T>);
    T* losses = reduced ? launch.scratch<T>(labels.length) : loss.as<T>();
    launch([=] {
      check_labels(labels, classes);
      for_chunks(labels.length, [&](int64_t row, int64_t count) {
        kernel(logits.as<T>() + row * classes, labels.as<int32_t>() + row, count, classes, static_cast<T>(smoothing),
               losses + row, normalizers.as<T>() + 2 * row);
      }, rows_per_chunk(classes));
      if (!reduced) return;
      double total = 0;
      for (int64_t row = 0; row < labels.length; row++) total += static_cast<double>(losses[row]);
      *loss.as<T>() = static_cast<T>(total * scale);
    });
  });
}
REGISTER_OP(softmax_cross_entropy);

static void softmax_cross_entropy_gradient(Launch& launch, const Buffer& logits, const Buffer& labels,
                                           const Buffer& normalizers, const Buffer& dy, const Buffer& d_logits,
                                           int64_t classes, double smoothing, double scale, bool reduced) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(gradients_of_rows<T>);
    launch([=] {
      try {
        check_labels(labels, classes);
      } catch (...) {  // zeros, so that an update already enqueued does not ruin the weights
        for (int64_t i = 0; i < d_logits.length; i++) d_logits.as<T>()[i] = 0;
        throw;
      }
      for_chunks(labels.length, [&](int64_t row, int64_t count) {
        kernel(logits.as<T>() + row * classes, labels.as<int32_t>() + row, normalizers.as<T>() + 2 * row,
               dy.as<T>() + (reduced ? 0 : row), reduced ? 0 : 1, count, classes, static_cast<T>(smoothing),
               static_cast<T>(scale), d_logits.as<T>() + row * classes);
      }, rows_per_chunk(classes));
    });
  });
}
REGISTER_OP(softmax_cross_entropy_gradient);

}  // namespace convgrad
#endif
