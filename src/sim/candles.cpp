// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <charconv>
#include <memory>

#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kLineBytesMax = 512;
constexpr std::size_t kColumns = 5;  // ts_ms, open, high, low, close; the volume is not used.

struct GzipClose {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

template <typename Number>
bool read_number(std::string_view text, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

Result<PriceBar> parse_bar(std::string_view line) {
    std::array<std::string_view, kColumns> columns;
    for (std::size_t i = 0; i < kColumns; ++i) {
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos && i + 1 < kColumns) {
            return fail(fmt::format("has {} columns, needs ts_ms,open,high,low,close", i + 1));
        }
        columns[i] = line.substr(0, comma);
        line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
    }
    PriceBar bar;
    if (!read_number(columns[0], bar.time_ms)) {
        return fail(fmt::format("ts_ms '{}' is not a number of milliseconds", columns[0]));
    }
    const std::array<double*, 4> prices{&bar.open, &bar.high, &bar.low, &bar.close};
    for (std::size_t i = 0; i < prices.size(); ++i) {
        if (!read_number(columns[i + 1], *prices[i]) || !(*prices[i] > 0) || *prices[i] > 1e12) {
            return fail(fmt::format("price '{}' is not a positive number", columns[i + 1]));
        }
    }
    if (bar.high < bar.low || bar.open > bar.high || bar.open < bar.low || bar.close > bar.high ||
        bar.close < bar.low) {
        return fail(fmt::format("open {} and close {} must lie between low {} and high {}",
                                bar.open, bar.close, bar.low, bar.high));
    }
    return bar;
}

}  // namespace

Result<std::vector<PriceBar>> read_candles(const std::string& path) {
    // zlib passes plain files through unchanged.
    const std::unique_ptr<gzFile_s, GzipClose> file{gzopen(path.c_str(), "rb")};
    if (!file) {
        return fail(fmt::format("cannot open candle file {}: check the path", path));
    }
    std::vector<PriceBar> bars;
    std::array<char, kLineBytesMax> buffer{};
    for (std::size_t number = 1;
         gzgets(file.get(), buffer.data(), static_cast<int>(buffer.size())) != nullptr; ++number) {
        std::string_view line{buffer.data()};
        while (line.ends_with('\n') || line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || (number == 1 && line.starts_with("ts_ms"))) {
            continue;
        }
        auto bar = parse_bar(line);
        if (!bar) {
            return fail(fmt::format("{}:{}: {}", path, number, bar.error().text));
        }
        if (!bars.empty() && bar->time_ms <= bars.back().time_ms) {
            return fail(fmt::format("{}:{}: ts_ms {} does not come after {}", path, number,
                                    bar->time_ms, bars.back().time_ms));
        }
        bars.push_back(*bar);
    }
    int code = Z_OK;
    const char* text = gzerror(file.get(), &code);
    if (code != Z_OK && code != Z_STREAM_END) {
        return fail(fmt::format("{}: the file is damaged: {}", path, text));
    }
    if (bars.empty()) {
        return fail(fmt::format("{}: holds no candle", path));
    }
    return bars;
}

}  // namespace sniperforge::sim
