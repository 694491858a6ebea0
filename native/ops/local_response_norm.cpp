// y_c = x_c · D_c^−beta,   D_c = bias + alpha · Σ x_c'² over the `size` channels c' = c − ⌊size / 2⌋ … around c
// dx_c = dy_c · D_c^−beta − 2·alpha·beta · x_c · Σ dy_c'·x_c'·D_c'^(−beta − 1) over the c' whose window holds c
//
// x [pixels, channels]; the gradient assigns. Krizhevsky et al. 2012. A pixel's squares stand in a row with zeros
// around them, so that a window is `size` shifted loads.
#include "ops/chunks.h"
#include "ops/tiles.h"
#include "runtime/op.h"

#undef CONVGRAD_KERNEL_FILE
#define CONVGRAD_KERNEL_FILE "ops/local_response_norm.cpp"
#include "simd/foreach_isa.h"
#include "simd/vec.h"
#include "simd/math.h"

CONVGRAD_BEGIN_ISA

// Σ of `size` neighbours from p on.
template <class T>
CONVGRAD_INLINE Vec<T> window(const T* p, int64_t size, int64_t left) {
  Vec<T> total = load(p, left);
  for (int64_t i = 1; i < size; i++) total += load(p + i, left);
  return total;
}

// d^−beta
template <class V, class T>
CONVGRAD_INLINE V inverse_power(V d, T beta) {
  if (beta == T(0.75)) {
    const V root = sqrt(d);
    return 1 / (root * sqrt(root));
  }
  return exp(log(d) * -beta);
}

// `row`: channels + size elements, of which the first ⌊size / 2⌋ and the last stay zero.
template <class T>
void normalize(const T* x, int64_t pixels, int64_t channels, int64_t size, T alpha, T beta, T bias, T* row, T* y) {
  T* squares = row + size / 2;
  for (int64_t p = 0; p < pixels; p++, x += channels, y += channels) {
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const Vec<T> v = load(x + c, channels - c);
      store(squares + c, v * v, channels - c);
    }
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const int64_t left = channels - c;
      const Vec<T> d = window(row + c, size, left) * alpha + bias;
      store(y + c, load(x + c, left) * inverse_power(d, beta), left);
    }
  }
}

// `row` as above; `shares` likewise with (size − 1) − ⌊size / 2⌋ zeros first: windows that hold a channel lie mirrored.
template <class T>
void gradient(const T* x, const T* dy, int64_t pixels, int64_t channels, int64_t size, T alpha, T beta, T bias, T* row,
              T* shares, T* dx) {
  T *squares = row + size / 2, *inner = shares + (size - 1 - size / 2);
  for (int64_t p = 0; p < pixels; p++, x += channels, dy += channels, dx += channels) {
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const Vec<T> v = load(x + c, channels - c);
      store(squares + c, v * v, channels - c);
    }
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const int64_t left = channels - c;
      const Vec<T> d = window(row + c, size, left) * alpha + bias;
      const Vec<T> scaled = load(dy + c, left) * inverse_power(d, beta);
      store(dx + c, scaled, left);
      store(inner + c, scaled * load(x + c, left) / d, left);
    }
    for (int64_t c = 0; c < channels; c += kLanes<T>) {
      const int64_t left = channels - c;
      const Vec<T> spread = window(shares + c, size, left) * (2 * alpha * beta);
      store(dx + c, load(dx + c, left) - load(x + c, left) * spread, left);
    }
  }
}

CONVGRAD_END_ISA

#if CONVGRAD_ONCE
namespace convgrad {
namespace {

// Pixels in blocks that share scratch rows, and in tiles, for bfloat16; by shape alone.
struct PixelBlocks {
  int64_t pixels, per_block, per_tile;

  PixelBlocks(int64_t pixel_count, int64_t channels, bool tiled) : pixels(pixel_count) {
    const int64_t full = kChunk / (channels + 1) + 1, few = (pixels + 127) / 128;
    per_block = full > few ? full : few;
    per_tile = !tiled ? per_block : channels < kTile ? kTile / channels : 1;
  }
  int64_t count() const { return (pixels + per_block - 1) / per_block; }

  template <class Body>
  void operator()(Body&& body) const {  // body(block, first pixel, pixels)
    parallel_for(count(), [&](int64_t block) {
      const int64_t end = pixels < (block + 1) * per_block ? pixels : (block + 1) * per_block;
      for (int64_t start = block * per_block; start < end; start += per_tile)
        body(block, start, end - start < per_tile ? end - start : per_tile);
    });
  }
};

}  // namespace

static void local_response_norm(Launch& launch, const Buffer& x, const Buffer& y, int64_t channels, int64_t size,
                                double alpha, double beta, double bias) {
  visit_widened(x.dtype, [&]<class T>() {
    const PixelBlocks blocks(x.length / channels, channels, is_tiled<T>(x));
    const auto kernel = CONVGRAD_DISPATCH(normalize<T>);
    const int64_t width = (channels + size + 15) / 16 * 16, tile = is_tiled<T>(x) ? blocks.per_tile * channels : 0;
    T* scratch = launch.scratch<T>(blocks.count() * (width + 2 * tile));
    launch([=] {
      blocks([&](int64_t block, int64_t start, int64_t pixels) {
        T *row = scratch + block * (width + 2 * tile), *x_tile = row + width, *y_tile = x_tile + tile;
        for (int64_t i = 0; i < width; i++) row[i] = 0;
        const int64_t first = start * channels, n = pixels * channels;
        kernel(read_tile(x, first, n, x_tile), pixels, channels, size, static_cast<T>(alpha), static_cast<T>(beta),
               static_cast<T>(bias), row, write_tile(y, first, y_tile));
        finish_tile(y, first, n, y_tile);
      });
    });
  });
}
REGISTER_OP(local_response_norm);

static void local_response_norm_gradient(Launch& launch, const Buffer& x, const Buffer& dy, const Buffer& dx,
                                         int64_t channels, int64_t size, double alpha, double beta, double bias) {
  visit_widened(x.dtype, [&]<class T>() {
    const PixelBlocks blocks(x.length / channels, channels, is_tiled<T>(x));
    const auto kernel = CONVGRAD_DISPATCH(gradient<T>);
    const int64_t width = (channels + size + 15) / 16 * 16, tile = is_tiled<T>(x) ? blocks.per_tile * channels : 0;
    T* scratch = launch.scratch<T>(blocks.count() * (2 * width + 3 * tile));
    launch([=] {
      blocks([&](int64_t block, int64_t start, int64_t pixels) {
        T *row = scratch + block * (2 * width + 3 * tile), *x_tile = row + 2 * width;
        T *dy_tile = x_tile + tile, *dx_tile = dy_tile + tile;
        for (int64_t i = 0; i < 2 * width; i++) row[i] = 0;
        const int64_t first = start * channels, n = pixels * channels;
        kernel(read_tile(x, first, n, x_tile), read_tile(dy, first, n, dy_tile), pixels, channels, size,
               static_cast<T>(alpha), static_cast<T>(beta), static_cast<T>(bias), row, row + width,
               write_tile(dx, first, dx_tile));
        finish_tile(dx, first, n, dx_tile);
      });
    });
  });
}
REGISTER_OP(local_response_norm_gradient);

}  // namespace convgrad
#endif
