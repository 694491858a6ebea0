// loss(n) = w(y) / classes · Σ_{k ≠ y} max(0, margin + z(n, k) − z(n, y))^p,   y = labels(n), p 1 or 2
//
// The mean over all rows, w not counting in the divisor: PyTorch's form, that of Weston & Watkins 1999. Gradients assign; the
// derivative at the kink is 0.
// logits z [rows, classes], labels int32 or uint8 [rows], w weights of classes.
#include "ops/chunks.h"
#include "ops/labels.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/multi_margin_loss.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"

#ifndef CONVGRAD_MARGIN_NUMBERS  // one type for all instruction sets
#define CONVGRAD_MARGIN_NUMBERS
namespace convgrad {
template <class T>
struct MarginNumbers {
  int64_t classes;
  T margin;
  bool squared;
  const T* weights;  // or nullptr: all 1

  T factor(int64_t label) const { return (weights ? weights[label] : 1) / static_cast<T>(classes); }
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

// By how much the classes from k on miss the margin; 0 for the label itself and beyond the last. NaN stays NaN.
template <class T>
CONVGRAD_INLINE Vec<T> missing(const T* z, int64_t k, int64_t label, const MarginNumbers<T>& by) {
  const int64_t left = by.classes - k;
  const Vec<T> d = load(z + k, left) - z[label] + by.margin;
  const auto counts = (iota<T>() < static_cast<T>(left)) & (iota<T>() != static_cast<T>(label - k));
  return select(counts, select(d <= Vec<T>{}, Vec<T>{}, d), Vec<T>{});
}

template <class T>
T margin_row(const T* z, int64_t label, const MarginNumbers<T>& by) {
  Vec<T> total{};
  for (int64_t k = 0; k < by.classes; k += kLanes<T>) {
    const Vec<T> d = missing(z, k, label, by);
    total += by.squared ? d * d : d;
  }
  return sum(total) * by.factor(label);
}

template <class T>
void margin_row_gradient(const T* z, int64_t label, const MarginNumbers<T>& by, T scale, T* d_z) {
  const T factor = scale * by.factor(label);
  Vec<T> total{};
  for (int64_t k = 0; k < by.classes; k += kLanes<T>) {
    const Vec<T> d = missing(z, k, label, by);
    const Vec<T> slope = by.squared ? d + d : select(d == Vec<T>{}, Vec<T>{}, broadcast(T(1)));
    total += slope;
    store(d_z + k, slope * factor, by.classes - k);
  }
  d_z[label] = -sum(total) * factor;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

constexpr int64_t kMarginChunk = 8192;  // elements

template <class T>
static MarginNumbers<T> margin_numbers(OptionalBuffer weights, int64_t classes, double margin, bool squared) {
  return {classes, static_cast<T>(margin), squared, weights ? weights->as<T>() : nullptr};
}

static int64_t margin_rows_per_chunk(int64_t classes) { return classes < kMarginChunk ? kMarginChunk / classes : 1; }

static void multi_margin_loss(Launch& launch, const Buffer& logits, const Buffer& labels, OptionalBuffer weights,
                              const Buffer& loss, int64_t classes, double margin, bool squared) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(margin_row<T>);
    const auto by = margin_numbers<T>(weights, classes, margin, squared);
    T* losses = launch.scratch<T>(labels.length);
    launch([=] {
      check_labels(labels, classes);
      const Labels label(labels);
      for_chunks(labels.length, [&](int64_t from, int64_t count) {
        for (int64_t n = from; n < from + count; n++) losses[n] = kernel(logits.as<T>() + n * classes, label[n], by);
      }, margin_rows_per_chunk(classes));
      double total = 0;
      for (int64_t n = 0; n < labels.length; n++) total += static_cast<double>(losses[n]);
      *loss.as<T>() = static_cast<T>(total / static_cast<double>(labels.length));
    });
  });
}
REGISTER_OP(multi_margin_loss);

static void multi_margin_loss_gradient(Launch& launch, const Buffer& logits, const Buffer& labels,
                                       OptionalBuffer weights, const Buffer& dy, const Buffer& d_logits,
                                       int64_t classes, double margin, bool squared) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(margin_row_gradient<T>);
    const auto by = margin_numbers<T>(weights, classes, margin, squared);
    launch([=] {
      try {
        check_labels(labels, classes);
      } catch (...) {  // zeros, so that an update already enqueued does not ruin the weights
        for (int64_t i = 0; i < d_logits.length; i++) d_logits.as<T>()[i] = 0;
        throw;
      }
      const Labels label(labels);
      const T scale = *dy.as<T>() / static_cast<T>(labels.length);
      for_chunks(labels.length, [&](int64_t from, int64_t count) {
        for (int64_t n = from; n < from + count; n++)
          kernel(logits.as<T>() + n * classes, label[n], by, scale, d_logits.as<T>() + n * classes);
      }, margin_rows_per_chunk(classes));
    });
  });
}
REGISTER_OP(multi_margin_loss_gradient);

}  // namespace convgrad
#endif
