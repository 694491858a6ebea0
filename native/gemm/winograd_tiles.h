// Where the tiles of winograd.h and winograd_filter_gradient.h lie: their windows in images, their transforms in memory.
#pragma once
#include <stdint.h>

namespace convgrad {

/** The transform of one tile: channel c of plane e is first[e plane + c / width group + c % width]. */
template <class T>
struct WinogradPlanes {
  T* first;
  int64_t plane;
  int64_t width = INT64_MAX;  // channels that lie together, a multiple of a vector
  int64_t group = 0;          // from those to the next ones

  T* at(int64_t channel) const {
    return channel < width ? first + channel : first + channel / width * group + channel % width;
  }
};

/**
 * The windows of all tiles in a batch of images [n, height, width, channels]. Tiles are numbered across rows and images;
 * their windows, `extent` pixels on a side and `step` pixels apart, reach beyond the image at its edges.
 */
struct WinogradWindows {
  int64_t height, width, channels;  // of the images
  int64_t tiles_h, tiles_w;         // of an image
  int64_t step;
  int64_t top, left;  // first pixel of the first window
  int64_t extent;

  /** to[extent extent]: the pixels of a tile's window, `outside` for those beyond the image. */
  template <class T>
  void list(T* images, int64_t tile, T* outside, T** to) const {
    const int64_t image = tile / (tiles_h * tiles_w);
    const int64_t first_y = tile / tiles_w % tiles_h * step + top, first_x = tile % tiles_w * step + left;
    for (int64_t y = first_y; y < first_y + extent; ++y) {
      for (int64_t x = first_x; x < first_x + extent; ++x) {
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
        *to++ = inside ? images + ((image * height + y) * width + x) * channels : outside;
      }
    }
  }
};

}  // namespace convgrad
