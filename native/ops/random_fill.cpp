// y[i] from the words w of a random range, as lib/tensor/random.ts defines (computed in float64, then rounded to y's type):
//
//   uniform   low + (high − low)·(w(i) >>> 8)·2⁻²⁴
//   normal    mean + deviation·z(i),   z(i) = √(−2 ln u)·cos(2π v),  u = ((w(2i) >>> 8) + 1)·2⁻²⁴,  v = (w(2i + 1) >>> 8)·2⁻²⁴
//   truncated normal   as normal, drawn again while |z| > 2: attempt a takes its words a·⌈n / 2⌉ blocks further on. The
//             sixteenth attempt is kept, cut off at ±2: one element in 10²¹.
#include "ops/chunks.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/random_fill.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "simd/philox.h"

CONVGRAD_BEGIN_ISA

using Doubles = Vec<double>;
constexpr double kUnit = 1.0 / (1 << 24);

typedef float Halves __attribute__((vector_size(CONVGRAD_VECTOR_BYTES / 2)));

template <class T>
CONVGRAD_INLINE void store_rounded(T* y, Doubles values, int64_t left) {
  if constexpr (sizeof(T) == sizeof(double)) {
    store(y, values, left);
  } else {
    const Halves narrow = __builtin_convertvector(values, Halves);
    if (left >= kLanes<double>) {
      __builtin_memcpy(y, &narrow, sizeof(narrow));
    } else {
      for (int64_t i = 0; i < left; i++) y[i] = narrow[i];
    }
  }
}

template <class T>
void fill_uniform_elements(T* y, int64_t start, int64_t n, PhiloxRange range, double low, double width) {
  uint32_t words[kPhiloxWords];
  for (int64_t i = 0; i < n; i += kPhiloxWords) {
    philox(range, static_cast<uint64_t>((start + i) / 4), words);
    const int64_t drawn = n - i < kPhiloxWords ? n - i : kPhiloxWords;
    for (int64_t w = 0; w < drawn; w += kLanes<double>)
      store_rounded(y + i + w, low + rounded(width * (load_24_bits<double>(words + w) * kUnit)), drawn - w);
  }
}

// The kPhiloxWords / 2 normals from word 4·block on.
inline void normals(const PhiloxRange& range, uint64_t block, double* z) {
  constexpr int64_t kCount = kPhiloxWords / 2;
  uint32_t words[kPhiloxWords], u[kCount], v[kCount];
  philox(range, block, words);
  for (int64_t i = 0; i < kCount; i++) {
    u[i] = words[2 * i];
    v[i] = words[2 * i + 1];
  }
  for (int64_t i = 0; i < kCount; i += kLanes<double>) {
    const Doubles radius = sqrt(-2.0 * log((load_24_bits<double>(u + i) + 1.0) * kUnit));
    Doubles sine, cosine;
    sin_cos(6.283185307179586477 * (load_24_bits<double>(v + i) * kUnit), sine, cosine);
    store(z + i, radius * cosine);
  }
}

// `attempts` = 1 keeps every normal; `attempt_blocks` is the distance between attempts.
template <class T>
void fill_normal_elements(T* y, int64_t start, int64_t n, PhiloxRange range, double mean, double deviation, int attempts,
                          int64_t attempt_blocks) {
  constexpr int64_t kCount = kPhiloxWords / 2;
  double z[kCount], again[kCount];
  for (int64_t i = 0; i < n; i += kCount) {
    const auto block = static_cast<uint64_t>((start + i) / 2);
    normals(range, block, z);
    bool outside = attempts > 1;
    for (int attempt = 1; attempt < attempts && outside; attempt++) {
      normals(range, block + static_cast<uint64_t>(attempt * attempt_blocks), again);
      outside = false;
      for (int64_t j = 0; j < kCount; j++) {
        if (z[j] > 2 || z[j] < -2) z[j] = again[j];
        if (z[j] > 2 || z[j] < -2) outside = true;
      }
    }
    if (outside)
      for (int64_t j = 0; j < kCount; j++) z[j] = z[j] > 2 ? 2 : z[j] < -2 ? -2 : z[j];
    const int64_t drawn = n - i < kCount ? n - i : kCount;
    for (int64_t j = 0; j < drawn; j += kLanes<double>)
      store_rounded(y + i + j, mean + rounded(deviation * load(z + j)), drawn - j);
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {

static_assert(kChunk % kPhiloxWords == 0);

static void fill_uniform(Launch& launch, const Buffer& y, double low, double high, uint32_t key0, uint32_t key1,
                         int64_t stream, int64_t block) {
  visit_float(y.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(fill_uniform_elements<T>);
    const PhiloxRange range{key0, key1, static_cast<uint64_t>(stream), static_cast<uint64_t>(block)};
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t n) { kernel(y.as<T>() + start, start, n, range, low, high - low); });
    });
  });
}
REGISTER_OP(fill_uniform);

static void fill_normal(Launch& launch, const Buffer& y, double mean, double deviation, int32_t attempts, uint32_t key0,
                        uint32_t key1, int64_t stream, int64_t block) {
  visit_float(y.dtype, [&]<class T>() {
    const auto kernel = CONVGRAD_DISPATCH(fill_normal_elements<T>);
    const PhiloxRange range{key0, key1, static_cast<uint64_t>(stream), static_cast<uint64_t>(block)};
    launch([=] {
      for_chunks(y.length, [&](int64_t start, int64_t n) {
        kernel(y.as<T>() + start, start, n, range, mean, deviation, attempts, (y.length + 1) / 2);
      }, kChunk >> 2);
    });
  });
}
REGISTER_OP(fill_normal);

}  // namespace convgrad
#endif
