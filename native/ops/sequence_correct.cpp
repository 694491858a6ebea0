// correct(n) = 1 if decoded(n, ·) and target(n, ·) are the same [length, digits…], else 0
// Digits beyond the length do not count. decoded int32, target int32 or uint8 [batch, 1 + digits], correct [batch]. Has no gradient.
#include "ops/digit_heads.h"
#include "runtime/op.h"

namespace convgrad {

static void sequence_correct(Launch& launch, const Buffer& decoded, const Buffer& target, const Buffer& correct) {
  visit_float(correct.dtype, [&]<class T>() {
    launch([=] {
      const int64_t digits = target.length / correct.length - 1;
      const DigitHeads heads{0, digits, 0};
      for (int64_t n = 0; n < correct.length; n++) {
        const int32_t* found = decoded.as<int32_t>() + n * (1 + digits);
        const Labels wanted = Labels(target).from(n * (1 + digits));
        bool same = found[0] == wanted[0];
        for (int64_t i = 1; same && i <= heads.used(wanted[0]); i++) same = found[i] == wanted[i];
        correct.as<T>()[n] = same;
      }
    });
  });
}
REGISTER_OP(sequence_correct);

}  // namespace convgrad
