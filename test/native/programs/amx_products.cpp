// Runs the products on tiles (native/gemm/amx_rows.h) on a model of the tiles and compares them with plain loops, as the
// test amx_model.test.ts wants it: prints how many products it did, or what is wrong.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "tile_model.h"

#define CONVGRAD_BFLOAT16_PASS
#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "amx_products.cpp"
#include "simd/foreach_isa.h"
#include "gemm/amx_packing.h"
#include "gemm/amx_rows.h"

#if CONVGRAD_ONCE
using namespace convgrad;

#define KERNEL(...) (&convgrad::MODEL_ISA::__VA_ARGS__)  // one of namespace convgrad::avx2 or whichever is compiled in

namespace {

uint32_t state = 1;
/** 0 ... limit - 1 */
int64_t random_below(int64_t limit) {
  state = state * 1664525u + 1013904223u;
  return static_cast<int64_t>(state >> 8) % limit;
}

/** Small integers, whose products and sums are exact, or any numbers between -1 and 1. */
float number(bool exact) {
  if (exact) return static_cast<float>(random_below(7) - 3);
  return bfloat16(static_cast<float>(random_below(2001) - 1000) / 1000);
}

/** How the rows of A lie: at one distance, at one distance with the row of zeros here and there, or anywhere. */
enum class Layout { even, bordered, scattered };

struct Case {
  int64_t rows, columns, taps, depth;
  Layout layout;
  bool exact, bias, relu, accumulate;
};

void fail(const Case& p, const char* what, double found, double expected) {
  std::printf("%lld rows, %lld columns, %lld taps, depth %lld, layout %d: %s is %g, expected %g\n",
              static_cast<long long>(p.rows), static_cast<long long>(p.columns), static_cast<long long>(p.taps),
              static_cast<long long>(p.depth), static_cast<int>(p.layout), what, found, expected);
  std::exit(1);
}

template <class C>
void check(const Case& p) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const int64_t tiles = (p.rows + amx::kRows - 1) / amx::kRows, all_rows = tiles * amx::kRows;
  const int64_t shift = random_below(3), skipped = random_below(5), gap = shift + p.depth + 1;  // a row and NaN behind it
  const int64_t lines = all_rows + p.taps;
  std::vector<bfloat16> source(lines * gap + shift), zeros(gap, bfloat16(0.0f));
  for (int64_t i = 0; i < lines; ++i) {
    for (int64_t k = 0; k < gap; ++k) source[i * gap + k] = k >= shift && k < shift + p.depth ? number(p.exact) : nan;
  }
  std::vector<const bfloat16*> a(tiles * p.taps * amx::kRows);
  const auto entry = [&](int64_t tile, int64_t t, int64_t r) -> const bfloat16*& {
    return a[(tile * p.taps + t) * amx::kRows + r];
  };
  for (int64_t i = 0; i < all_rows; ++i) {
    for (int64_t t = 0; t < p.taps; ++t) {
      const int64_t line = p.layout == Layout::scattered ? random_below(lines) : i + t;
      const bool outside = p.layout == Layout::bordered && (i + t) % 7 == 0;
      entry(i / amx::kRows, t, i % amx::kRows) = outside ? zeros.data() : source.data() + line * gap;
    }
  }
  for (int64_t tile = 0; p.layout == Layout::bordered && tile < tiles; ++tile) {
    for (int64_t t = tile % 2; t < p.taps; t += 2) entry(tile, t, 0) = nullptr;  // taps that are skipped
  }

  std::vector<float> filter(p.taps * p.depth * p.columns), bias(p.columns + skipped);
  for (float& value : filter) value = number(p.exact);
  for (float& value : bias) value = number(p.exact);
  const int64_t panels = (p.columns + amx::kColumns - 1) / amx::kColumns, depth = amx::whole_steps(p.depth);
  std::vector<bfloat16> packed(panels * p.taps * depth * amx::kColumns);
  for (int64_t panel = 0; panel < panels; ++panel) {
    for (int64_t t = 0; t < p.taps; ++t) {
      const int64_t column = panel * amx::kColumns;
      KERNEL(pack_amx_panel<float>)
      (filter.data() + t * p.depth * p.columns + column, p.columns, 1, p.depth, p.columns - column, amx::kColumns,
       packed.data() + (panel * p.taps + t) * depth * amx::kColumns);
    }
  }

  const int64_t width = skipped + p.columns + 1;
  std::vector<C> c(p.rows * width);
  for (C& value : c) value = number(p.exact);
  const std::vector<C> before = c;
  std::vector<C*> c_rows(all_rows, nullptr);
  for (int64_t i = 0; i < p.rows; ++i) c_rows[i] = c.data() + i * width;

  const Finish<float> finish{p.bias ? bias.data() : nullptr, p.relu ? Activation::relu : Activation::none, p.accumulate};
  const RowsBlock<bfloat16, C> block{{amx::kRows, amx::kColumns}, a.data(), shift, nullptr, c_rows.data(), tiles, p.taps,
                                     p.depth, packed.data(), skipped, skipped + p.columns, finish};
  const auto multiply = KERNEL(multiply_amx_rows<TileModel, C>);
  multiply(block);

  for (int64_t i = 0; i < p.rows; ++i) {
    for (int64_t n = 0; n < width; ++n) {
      const double found = static_cast<float>(c[i * width + n]), old = static_cast<float>(before[i * width + n]);
      if (n < skipped || n == skipped + p.columns) {
        if (found != old) fail(p, "a number beside C", found, old);
        continue;
      }
      double sum = 0, size = 0;
      for (int64_t t = 0; t < p.taps; ++t) {
        if (!entry(i / amx::kRows, t, 0)) continue;
        const bfloat16* row = entry(i / amx::kRows, t, i % amx::kRows) + shift;
        for (int64_t k = 0; k < p.depth; ++k) {
          const double product = static_cast<double>(row[k]) * filter[(t * p.depth + k) * p.columns + n - skipped];
          sum += product;
          size += std::fabs(product);
        }
      }
      if (p.accumulate) sum += old;
      if (p.bias) sum += bias[n];
      if (p.relu && sum < 0) sum = 0;
      const double expected = p.exact ? static_cast<float>(C(static_cast<float>(sum))) : sum;
      const double tolerance = p.exact ? 0 : 1e-6 * (1 + size) + (sizeof(C) == 2 ? std::fabs(sum) / 256 : 0);
      if (!(std::fabs(found - expected) <= tolerance)) fail(p, "a sum", found, expected);
    }
  }
}

int64_t done = 0;
void check_both(const Case& p) {
  check<float>(p);
  check<bfloat16>(p);
  done += 2;
}

}  // namespace

int main() {
  const Layout layouts[] = {Layout::even, Layout::bordered, Layout::scattered};
  for (int64_t rows = 1; rows <= 33; ++rows) check_both({rows, 5, 1, 32, layouts[rows % 3], true, false, false, false});
  for (int64_t columns = 1; columns <= 65; ++columns)
    check_both({17, columns, 1, 33, layouts[columns % 3], true, true, true, false});
  for (int64_t depth = 1; depth <= 70; ++depth) check_both({18, 17, 2, depth, layouts[depth % 3], true, false, false, true});
  for (int64_t taps = 1; taps <= 27; ++taps)
    check_both({33, 33, taps, 31 + taps % 3, layouts[taps % 3], true, true, false, true});
  check_both({40, 33, 5, 300, Layout::bordered, true, true, true, false});      // chunks of channels, and what is left of them
  check_both({40, 16, 4, 256, Layout::even, true, true, true, false});          // chunks of taps
  check_both({20, 32, 1, 1000, Layout::even, true, false, false, true});        // one tap, and many channels
  check_both({17 * 32 + 1, 33, 2, 64, Layout::even, true, true, false, false});  // groups of tiles
  check_both({3, 3, 0, 64, Layout::even, true, true, false, false});            // no taps: f(0)
  for (int i = 0; i < 60; ++i) {
    check_both({1 + random_below(70), 1 + random_below(70), 1 + random_below(9), 1 + random_below(150), layouts[i % 3], false,
                i % 2 == 0, i % 4 == 1, i % 5 == 0});
  }
  std::printf("%lld products\n", static_cast<long long>(done));
}
#endif
