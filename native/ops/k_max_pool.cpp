// y(0 … k − 1, c) = the k largest of x(0 … length − 1, c), in the order they stand in. Kalchbrenner et al. 2014
// (arXiv 1404.2188). Equal values: the first win; NaN counts as largest. positions hold where they stand, for the
// gradient: dx(positions(t, c), c) = dy(t, c), the rest 0. It assigns.
// x [batch, length, channels], y [batch, k, channels]
#include <cstring>

#include "ops/chunks.h"
#include "runtime/op.h"

namespace convgrad {
namespace {

// Keeps `chosen` sorted, largest first, then puts the positions in order. NaN counts as largest.
template <class T>
void choose(const T* x, int64_t length, int64_t step, int64_t k, int32_t* chosen, T* y, int32_t* positions) {
  const auto beats = [&](int64_t a, int64_t b) {
    const T u = x[a * step], v = x[b * step];
    return u > v || (u != u && v == v);
  };
  int64_t count = 0;
  for (int64_t t = 0; t < length; t++) {
    if (count == k && !beats(t, chosen[k - 1])) continue;
    int64_t at = count < k ? count++ : k - 1;
    for (; at > 0 && beats(t, chosen[at - 1]); at--) chosen[at] = chosen[at - 1];
    chosen[at] = static_cast<int32_t>(t);
  }
  for (int64_t i = 1; i < k; i++) {  // by position
    const int32_t t = chosen[i];
    int64_t at = i;
    for (; at > 0 && chosen[at - 1] > t; at--) chosen[at] = chosen[at - 1];
    chosen[at] = t;
  }
  for (int64_t i = 0; i < k; i++) {
    y[i * step] = x[chosen[i] * step];
    positions[i * step] = chosen[i];
  }
}

}  // namespace

static void k_max_pool(Launch& launch, const Buffer& x, const Buffer& y, const Buffer& positions, int64_t batch,
                       int64_t length, int64_t channels, int64_t k) {
  visit_float(x.dtype, [&]<class T>() {
    const int64_t sample = length * channels + 1, few = batch / 128 + 1;
    const int64_t several = kChunk / sample > few ? kChunk / sample : few;
    int32_t* chosen = launch.scratch<int32_t>((batch + several - 1) / several * k);
    launch([=] {
      for_chunks(batch, [&](int64_t start, int64_t count) {
        for (int64_t b = start; b < start + count; b++)
          for (int64_t c = 0; c < channels; c++)
            choose(x.as<T>() + b * length * channels + c, length, channels, k, chosen + start / several * k,
                   y.as<T>() + b * k * channels + c, positions.as<int32_t>() + b * k * channels + c);
      }, several);
    });
  });
}
REGISTER_OP(k_max_pool);

static void k_max_pool_gradient(Launch& launch, const Buffer& dy, const Buffer& positions, const Buffer& dx,
                                int64_t batch, int64_t length, int64_t channels, int64_t k) {
  visit_float(dy.dtype, [&]<class T>() {
    launch([=] {
      for_chunks(batch, [&](int64_t start, int64_t count) {
        T* to = dx.as<T>() + start * length * channels;
        std::memset(to, 0, sizeof(T) * static_cast<size_t>(count * length * channels));
        for (int64_t b = start; b < start + count; b++, to += length * channels)
          for (int64_t i = b * k * channels; i < (b + 1) * k * channels; i++)
            to[positions.as<int32_t>()[i] * channels + i % channels] = dy.as<T>()[i];
      }, kChunk / (length * channels + 1) + 1);
    });
  });
}
REGISTER_OP(k_max_pool_gradient);

}  // namespace convgrad
