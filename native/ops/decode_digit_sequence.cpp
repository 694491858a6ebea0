// The most probable sequence: with best(i) the largest ln p_i of digit head i,
//
//   score(l) = ln p(length = l) + Σ_{i ≤ min(l, digits)} best(i),   length = argmax score,
//   digits = those of the best(i)
//
// (Goodfellow et al. 2013, arXiv 1312.6082, appendix A). logits [batch, lengths + digits·classes]
// as in digit_sequence_loss; decoded int32 [batch, 1 + digits], −1 beyond the length; scores [batch].
// Of equal ones the first is taken. Has no gradient.
#include "ops/chunks.h"
#include "ops/digit_heads.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/decode_digit_sequence.cpp"
#include "simd/foreach_isa.h"
#include "ops/softmax_rows.h"

CONVGRAD_BEGIN_ISA

// ln Σ e^(z − highest)
template <class T>
T log_total(const T* z, int64_t n, T highest) {
  Vec<T> total{};
  for (int64_t k = 0; k < n; k += kLanes<T>) total += keep<T>(exp(load(z + k, n - k) - highest), n - k);
  return log(broadcast(sum(total)))[0];
}

template <class T>
void decode_row(const T* logits, const DigitHeads& heads, int32_t* decoded, T* score) {
  const T highest = row_max(logits, heads.lengths), normalizer = log_total(logits, heads.lengths, highest);
  T digits_so_far = 0;
  for (int64_t length = 0; length < heads.lengths; length++) {
    if (length > 0 && length <= heads.digits) {
      const T* z = logits + heads.start(length - 1);
      int64_t best = 0;
      for (int64_t k = 1; k < heads.classes; k++)
        if (z[k] > z[best]) best = k;
      decoded[length] = static_cast<int32_t>(best);
      digits_so_far -= log_total(z, heads.classes, z[best]);
    }
    const T candidate = logits[length] - highest - normalizer + digits_so_far;
    if (length > 0 && !(candidate > *score)) continue;
    *score = candidate;
    decoded[0] = static_cast<int32_t>(length);
  }
  for (int64_t i = heads.used(decoded[0]); i < heads.digits; i++) decoded[1 + i] = -1;
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static void decode_digit_sequence(Launch& launch, const Buffer& logits, const Buffer& decoded, const Buffer& scores,
                                  int64_t lengths, int64_t digits, int64_t classes) {
  visit_float(logits.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(decode_row<T>);
    const DigitHeads heads{lengths, digits, classes};
    launch([=] {
      for_chunks(scores.length, [&](int64_t from, int64_t count) {
        for (int64_t n = from; n < from + count; n++)
          kernel(logits.as<T>() + n * heads.width(), heads, decoded.as<int32_t>() + n * (1 + digits),
                 scores.as<T>() + n);
      }, 64);
    });
  });
}
REGISTER_OP(decode_digit_sequence);

}  // namespace convgrad
#endif
