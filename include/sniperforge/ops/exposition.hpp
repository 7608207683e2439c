// SPDX-License-Identifier: MIT
// Exposition: metrics as Prometheus reads them, text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats). A family is begun once, with its
// type and help, and its samples follow.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace sniperforge::ops {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

struct Label {
    std::string_view name;
    std::string_view value;  // Of any bytes: what is no printable ASCII is told as "?".
};
using Labels = std::initializer_list<Label>;

class Exposition {
 public:
    // Begins a family; the name of a counter ends in _total.
    void counter(std::string_view name, std::string_view help) { begin(name, help, "counter"); }
    void gauge(std::string_view name, std::string_view help) { begin(name, help, "gauge"); }
    void histogram(std::string_view name, std::string_view help) { begin(name, help, "histogram"); }

    // One of the family that was begun last.
    void sample(std::uint64_t value, Labels labels = {});
    void sample(std::int64_t value, Labels labels = {});
    void sample(double value, Labels labels = {});
    void sample(bool value, Labels labels = {}) { sample(std::uint64_t{value}, labels); }
    // Of a histogram: `at_most[i]` values do not exceed `bounds[i]`, of `count`.
    void buckets(std::span<const double> bounds, std::span<const std::uint64_t> at_most, double sum,
                 std::uint64_t count, Labels labels = {});

    [[nodiscard]] const std::string& text() const { return text_; }

 private:
    void begin(std::string_view name, std::string_view help, std::string_view type);
    void line(std::string_view suffix, Labels labels, std::string_view bound,
              std::string_view value);

    std::string text_;
    std::string name_;
};

}  // namespace sniperforge::ops
