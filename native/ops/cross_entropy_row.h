// Cross-entropy of one row of logits z under weights a(k) of the classes:
//
//   loss = Σ_k a(k)·(ln Σ_j e^z(j) − z(k)) = A·ln Σ e^z − Σ a·z,   d_z(k) = A·p(k) − a(k),   A = Σ a,  p = softmax(z)
//   a(k) = weights(k)·(keep·q(k) + floor),   q a dense target, or 1 at the label and 0 elsewhere
//
// z is taken relative to its maximum, so that nothing overflows. This header is included once per instruction set.
#if defined(CONVGRAD_OPS_CROSS_ENTROPY_ROW_H) == defined(CONVGRAD_ISA_TOGGLE)
#ifdef CONVGRAD_OPS_CROSS_ENTROPY_ROW_H
#undef CONVGRAD_OPS_CROSS_ENTROPY_ROW_H
#else
#define CONVGRAD_OPS_CROSS_ENTROPY_ROW_H
#endif

#include "ops/softmax_rows.h"

#ifndef CONVGRAD_ROW_TARGET  // one type for all instruction sets
#define CONVGRAD_ROW_TARGET
namespace convgrad {
template <class T>
struct RowTarget {
  int64_t label;     // where there is no dense target
  const T* dense;    // or nullptr
  const T* weights;  // of the classes, or nullptr: all 1
  T keep, floor;
};
}  // namespace convgrad
#endif

CONVGRAD_BEGIN_ISA

// The next elements, and `rest` in the lanes beyond them.
template <class T>
CONVGRAD_INLINE Vec<T> load_or(const T* p, int64_t left, T rest) {
  if (left >= kLanes<T>) return load(p);
  return select(iota<T>() < static_cast<T>(left), load(p, left), broadcast(rest));
}

/** a(k) of the next classes, without the label's own share; zeros beyond the last. */
template <class T>
CONVGRAD_INLINE Vec<T> spread_weights(const RowTarget<T>& target, int64_t k, int64_t left) {
  Vec<T> a = broadcast(target.floor);
  if (target.dense) a += load(target.dense + k, left) * target.keep;
  if (target.weights) a *= load(target.weights + k, left);
  return keep<T>(a, left);
}

template <class T>
CONVGRAD_INLINE T label_weight(const RowTarget<T>& target) {
  return target.weights ? target.keep * target.weights[target.label] : target.keep;
}

// Also gives the row's maximum, ln Σ e^z and A: apart, as their sum would round away what large logits need.
template <class T>
T cross_entropy_row(const T* z, int64_t classes, const RowTarget<T>& target, T* normalizers) {
  constexpr T kLowest = -__builtin_inf();
  const bool spread = target.dense || target.floor > 0;
  Vec<T> best = broadcast(kLowest);
  for (int64_t k = 0; k < classes; k += kLanes<T>) best = max(best, load_or(z + k, classes - k, kLowest));
  const T highest = max_lane(best);
  Vec<T> total{}, weight{}, aligned{};
  for (int64_t k = 0; k < classes; k += kLanes<T>) {
    const Vec<T> shifted = load_or(z + k, classes - k, kLowest) - highest;
    total += exp(shifted);
    if (!spread) continue;
    const Vec<T> a = spread_weights(target, k, classes - k);
    weight += a;
    aligned += select(a != Vec<T>{}, a * shifted, Vec<T>{});  // a class that is ruled out and not asked for: 0·(−∞) = 0
  }
  T weight_sum = sum(weight), aligned_sum = sum(aligned);
  if (!target.dense) {
    const T own = label_weight(target);
    weight_sum += own;
    if (own != 0) aligned_sum += own * (z[target.label] - highest);
  }
  const T log_total = log(broadcast(sum(total)))[0];
  normalizers[0] = highest;
  normalizers[1] = log_total;
  normalizers[2] = weight_sum;
  return weight_sum * log_total - aligned_sum;
}

// d_z = (A·p − a)·factor; assigns.
template <class T>
void cross_entropy_row_gradient(const T* z, int64_t classes, const RowTarget<T>& target, const T* normalizers, T factor,
                                T* d_z) {
  const bool spread = target.dense || target.floor > 0;
  for (int64_t k = 0; k < classes; k += kLanes<T>) {
    Vec<T> d = exp(load(z + k, classes - k) - normalizers[0] - normalizers[1]) * normalizers[2];
    if (spread) d -= spread_weights(target, k, classes - k);
    store(d_z + k, d * factor, classes - k);
  }
  if (!target.dense) d_z[target.label] -= label_weight(target) * factor;
}

CONVGRAD_END_ISA

#endif
