// Mean over the batch of −ln P(length, digits | logits), one softmax head for the length and one per digit:
//
//   loss = mean_n [ −ln p(length) − Σ_{i ≤ min(length, digits)} ln p_i(digit_i) ]
//
// Heads beyond the length take no part: neither loss nor gradient (Goodfellow et al. 2013, arXiv 1312.6082).
// logits [batch, lengths + digits·classes]: the length's, then each digit's;
// target int32 or uint8 [batch, 1 + digits]. Gradients assign.
#include "ops/chunks.h"
#include "ops/digit_heads.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/digit_sequence_loss.cpp"
#include "simd/foreach_isa.h"
#include "ops/cross_entropy_row.h"

CONVGRAD_BEGIN_ISA

// Three normalizers per head.
template <class T>
T digit_sequence_row(const T* logits, Labels target, const DigitHeads& heads, T* normalizers) {
  T loss = cross_entropy_row<T>(logits, heads.lengths, {target[0], nullptr, nullptr, 1, 0}, normalizers);
  for (int64_t i = 0; i < heads.used(target[0]); i++)
    loss += cross_entropy_row<T>(logits + heads.start(i), heads.classes, {target[1 + i], nullptr, nullptr, 1, 0},
                                 normalizers + 3 * (1 + i));
  return loss;
}

template <class T>
void digit_sequence_row_gradient(const T* logits, Labels target, const DigitHeads& heads, const T* normalizers,
                                 T factor, T* d_logits) {
  cross_entropy_row_gradient<T>(logits, heads.lengths, {target[0], nullptr, nullptr, 1, 0}, normalizers, factor,
                                d_logits);
  const int64_t used = heads.used(target[0]);
  for (int64_t i = 0; i < used; i++)
    cross_entropy_row_gradient<T>(logits + heads.start(i), heads.classes, {target[1 + i], nullptr, nullptr, 1, 0},
                                  normalizers + 3 * (1 + i), factor, d_logits + heads.start(i));
  for (int64_t k = heads.start(used); k < heads.width(); k++) d_logits[k] = 0;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

constexpr int64_t kRows = 64;  // in a chunk

static void digit_sequence_loss(Launch& launch, const Buffer& logits, const Buffer& target, const Buffer& loss,
                                const Buffer& normalizers, int64_t lengths, int64_t digits, int64_t classes) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(digit_sequence_row<T>);
    const DigitHeads heads{lengths, digits, classes};
    const int64_t batch = logits.length / heads.width();
    T* losses = launch.scratch<T>(batch);
    launch([=] {
      check_sequences(target, heads);
      for_chunks(batch, [&](int64_t from, int64_t count) {
        for (int64_t n = from; n < from + count; n++)
          losses[n] = kernel(logits.as<T>() + n * heads.width(), Labels(target).from(n * (1 + digits)), heads,
                             normalizers.as<T>() + n * 3 * (1 + digits));
      }, kRows);
      double total = 0;
      for (int64_t n = 0; n < batch; n++) total += static_cast<double>(losses[n]);
      *loss.as<T>() = static_cast<T>(total / static_cast<double>(batch));
    });
  });
}
REGISTER_OP(digit_sequence_loss);

static void digit_sequence_loss_gradient(Launch& launch, const Buffer& logits, const Buffer& target,
                                         const Buffer& normalizers, const Buffer& dy, const Buffer& d_logits,
                                         int64_t lengths, int64_t digits, int64_t classes) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(digit_sequence_row_gradient<T>);
    const DigitHeads heads{lengths, digits, classes};
    const int64_t batch = logits.length / heads.width();
    launch([=] {
      try {
        check_sequences(target, heads);
      } catch (...) {  // zeros, so that an update already enqueued does not ruin the weights
        for (int64_t i = 0; i < d_logits.length; i++) d_logits.as<T>()[i] = 0;
        throw;
      }
      const T factor = *dy.as<T>() / static_cast<T>(batch);
      for_chunks(batch, [&](int64_t from, int64_t count) {
        for (int64_t n = from; n < from + count; n++)
          kernel(logits.as<T>() + n * heads.width(), Labels(target).from(n * (1 + digits)), heads,
                 normalizers.as<T>() + n * 3 * (1 + digits), factor, d_logits.as<T>() + n * heads.width());
      }, kRows);
    });
  });
}
REGISTER_OP(digit_sequence_loss_gradient);

}  // namespace convgrad
#endif
