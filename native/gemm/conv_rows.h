// Forward convolution and input gradient as `rows` problems (contract.h) over the phases of conv_shape.h.
//
//   target[pixel][n] = f( sum over taps t, channels k of source[pixel + t][k] panel[t][k][n] )
//
// On the stream: list the taps, pack the filter into panels (transposed for the input gradient), then run the work items.
// An item is one block of pixels by a range of panels; it builds the pointer table once and lets all its panels pass by.
// Panels: [phase][group][panel][taps of the phase][depth][NR], of bfloat16 in pairs.
#pragma once
#include <cstddef>
#include <cstring>

#include "gemm/conv_table.h"
#include "gemm/work_items.h"

namespace convgrad {

template <class T, class C = T>
struct ConvRowsKernels {
  void (*multiply)(const RowsBlock<T, C>&);
  void (*pack)(const Sum<T>* b, int64_t k_stride, int64_t n_stride, int64_t depth, int64_t columns, int64_t width, T* panel);
  int64_t depth_step = kSideBySide<T>;  // the depth of a panel is a multiple of it, and filled up with zeros by `pack`
};

template <class T>
class ConvRows {
 public:
  ConvRows(Launch& launch, const ConvShape& shape, const ConvPass& pass, bool gradient, TileShape tile,
           const ConvRowsKernels<T>& kernels, const T* source, const Sum<T>* filter, T* target,
           const Finish<Sum<T>>& finish)
      : shape_(shape), pass_(pass), gradient_(gradient), tile_(tile), kernels_(kernels), source_(source),
        filter_(filter), target_(target), finish_(finish), items_(launch, plan(), shape.flops()) {
    zeros_ = launch.scratch<T>(pass.source_c);
    phases_ = launch.scratch<ConvPhase>(pass.phases());
    taps_ = launch.scratch<ConvTap>(pass.taps);
    panels_ = launch.scratch<T>(panels_length());
    workspaces_ = launch.scratch<std::byte>(items_.slots() * workspace_bytes());
  }

  void run() const {
    if (gradient_) list_input_gradient_taps(shape_, pass_, phases_, taps_);
    else list_forward_taps(shape_, pass_, phases_, taps_);
    std::memset(zeros_, 0, static_cast<size_t>(pass_.source_c) * sizeof(T));
    if (items_.slots() > 1 && shape_.filter_length() > kParallelPack) {
      parallel_for(units(), [this](int64_t unit) { pack(unit); });
    } else {
      for (int64_t unit = 0; unit < units(); ++unit) pack(unit);
    }
    items_.run([this](int64_t slot, int64_t item) { run_item(item, workspaces_ + slot * workspace_bytes()); });
  }

 private:
  static constexpr int64_t kParallelPack = 1 << 16;  // filter elements
  static constexpr int64_t kMinTiles = 4;            // in a block

  // A unit is one panel of one group.
  int64_t group_columns() const { return pass_.target_c / shape_.groups; }
  int64_t panels_per_group() const { return (group_columns() + tile_.columns - 1) / tile_.columns; }
  int64_t units() const { return shape_.groups * panels_per_group(); }
  int64_t tap_length() const {
    return (pass_.depth + kernels_.depth_step - 1) / kernels_.depth_step * kernels_.depth_step * tile_.columns;
  }
  int64_t panels_length() const { return pass_.taps * tap_length() * units(); }

  // Phases differ by at most one row and column; the first one is the largest.
  int64_t phase_pixels() const {
    const int64_t rows = (pass_.target_h - 1) / pass_.target_step_h + 1;
    return shape_.n * rows * ((pass_.target_w - 1) / pass_.target_step_w + 1);
  }
  int64_t blocks() const { return (phase_pixels() + block_pixels_ - 1) / block_pixels_; }

  int64_t plan() {
    const int64_t source_bytes = int64_t{pass_.source_c} * pass_.source_step_h * pass_.source_step_w * sizeof(T);
    int64_t pixels = blocking::kRowsBytes / source_bytes;
    if (pixels > blocking::kTableEntries / pass_.taps) pixels = blocking::kTableEntries / pass_.taps;
    const int64_t fair = phase_pixels() * pass_.phases() / blocking::kItems;
    if (pixels > fair) pixels = fair;
    if (pixels < kMinTiles * tile_.rows) pixels = kMinTiles * tile_.rows;
    if (pixels > phase_pixels()) pixels = phase_pixels();
    block_pixels_ = (pixels + tile_.rows - 1) / tile_.rows * tile_.rows;
    splits_ = blocking::kItems / (blocks() * pass_.phases());
    if (splits_ > units()) splits_ = units();
    if (splits_ < 1) splits_ = 1;
    return pass_.phases() * blocks() * splits_;
  }

  int64_t table_bytes() const { return block_pixels_ * (pass_.taps + 1) * static_cast<int64_t>(sizeof(T*)); }
  int64_t workspace_bytes() const { return (table_bytes() + 63) / 64 * 64; }

  T* panel(const ConvPhase& phase, int64_t unit) const {
    return panels_ + (phase.tap_begin * units() + unit * phase.taps) * tap_length();
  }

  // filter[tap][k][n], or filter[tap][n][k] for the input gradient, where n and k range over one group.
  void pack(int64_t unit) const {
    const int64_t group = unit / panels_per_group(), column = unit % panels_per_group() * tile_.columns;
    const int64_t group_cout = shape_.group_cout(), cout = shape_.cout;
    const int64_t filter_step = shape_.group_cin() * cout;
    for (int32_t p = 0; p < pass_.phases(); ++p) {
      T* packed = panel(phases_[p], unit);
      for (int32_t t = 0; t < phases_[p].taps; ++t, packed += tap_length()) {
        const Sum<T>* tap = filter_ + taps_[phases_[p].tap_begin + t].filter * filter_step;
        if (gradient_) {
          kernels_.pack(tap + column * cout + group * group_cout, 1, cout, pass_.depth, group_columns() - column,
                        tile_.columns, packed);
        } else {
          kernels_.pack(tap + group * group_cout + column, cout, 1, pass_.depth, group_columns() - column, tile_.columns,
                        packed);
        }
      }
    }
  }

  void run_item(int64_t item, std::byte* workspace) const {
    const int64_t split = item % splits_, block = item / splits_ % blocks();
    const ConvPhase& phase = phases_[item / splits_ / blocks()];
    const int64_t pixels = int64_t{shape_.n} * phase.rows * phase.columns;
    const int64_t first = block * block_pixels_;
    if (first >= pixels) return;
    const int64_t count = pixels - first < block_pixels_ ? pixels - first : block_pixels_;
    const ConvTable<T> table{reinterpret_cast<const T**>(workspace),
                             reinterpret_cast<T**>(workspace + block_pixels_ * pass_.taps * sizeof(T*))};
    build_table(pass_, phase, taps_, first, count, tile_.rows, source_, zeros_, target_, table);
    RowsBlock<T> rows{tile_, table.a, 0, nullptr, table.c, (count + tile_.rows - 1) / tile_.rows, phase.taps, pass_.depth,
                      panel(phase, 0), 0, group_columns(), finish_};
    const int64_t end = units() * (split + 1) / splits_;
    for (int64_t unit = units() * split / splits_; unit < end;) {
      const int64_t group = unit / panels_per_group(), first_panel = unit % panels_per_group();
      const int64_t next_group = (group + 1) * panels_per_group(), next = end < next_group ? end : next_group;
      const int64_t last_panel = next - group * panels_per_group();
      rows.shift = group * pass_.depth;
      rows.panels = panel(phase, unit);
      rows.column_begin = group * group_columns() + first_panel * tile_.columns;
      rows.column_end = last_panel == panels_per_group() ? (group + 1) * group_columns()
                                                         : group * group_columns() + last_panel * tile_.columns;
      kernels_.multiply(rows);
      unit = next;
    }
  }

  ConvShape shape_;
  ConvPass pass_;
  bool gradient_;
  TileShape tile_;
  ConvRowsKernels<T> kernels_;
  const T* source_;
  const Sum<T>* filter_;
  T* target_;
  Finish<Sum<T>> finish_;
  int64_t block_pixels_ = 0, splits_ = 1;
  WorkItems items_;
  T* zeros_;
  ConvPhase* phases_;
  ConvTap* taps_;
  T* panels_;
  std::byte* workspaces_;
};

}  // namespace convgrad
