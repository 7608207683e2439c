// SPDX-License-Identifier: MIT
// `backtest`: the strategies on recorded markets.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "app/backtest_report.hpp"
#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "app/run_setup.hpp"
#include "app/system_time.hpp"
#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/core/sha256.hpp"
#include "sniperforge/dataset/text_file.hpp"

namespace sniperforge::app {
namespace {

constexpr unsigned kUsdDecimals = 6;
constexpr Lamports kDepthMax{100'000'000 * kLamportsPerSol};  // Of all SOL one sixth.

// Bars of a file, or a number.
[[nodiscard]] Result<backtest::SolPrices> sol_prices(const std::string& text) {
    if (const auto usd = parse_decimal(text, kUsdDecimals)) {
        const double price = static_cast<double>(*usd) / std::pow(10.0, kUsdDecimals);
        if (!backtest::is_sol_price(price)) {
            return fail(fmt::format("--sol-price: {} USD is no price of a SOL; it is {} to {}",
                                    text, backtest::kSolPriceMin, backtest::kSolPriceMax));
        }
        return backtest::SolPrices{price};
    }
    const auto content = dataset::read_text(text);
    if (!content) {
        return fail("--sol-price: neither a number of dollars nor a file that can be read",
                    content.error());
    }
    auto bars = dataset::read_candles(*content, std::chrono::minutes{1});
    if (!bars) {
        return fail("--sol-price", bars.error());
    }
    std::erase_if(bars->rows,
                  [](const dataset::Candle& bar) { return !backtest::is_sol_price(bar.open); });
    if (bars->rows.empty()) {
        return fail(fmt::format("--sol-price: {} has no bar of a price from {} to {} USD", text,
                                backtest::kSolPriceMin, backtest::kSolPriceMax));
    }
    return backtest::SolPrices{std::move(bars->rows)};
}

[[nodiscard]] bool is_named(const std::vector<std::string>& names, std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
}

void keep_only(config::Settings& settings, const std::vector<std::string>& strategies) {
    settings.arbitrage.is_enabled =
        settings.arbitrage.is_enabled && is_named(strategies, "arbitrage");
    settings.sniper.is_enabled = settings.sniper.is_enabled && is_named(strategies, "sniper");
    settings.momentum.is_enabled = settings.momentum.is_enabled && is_named(strategies, "momentum");
}

// What makes the report again, from the same files.
[[nodiscard]] std::string command_of(const BacktestArguments& arguments) {
    std::string command = "sniperforge backtest --data";
    for (const std::string& path : arguments.data) {
        command += " " + std::filesystem::path{path}.filename().string();
    }
    command += " --sol-price " + std::filesystem::path{arguments.sol_price}.filename().string();
    command +=
        fmt::format(" --candle-depth-sol {} --seed {}", arguments.candle_depth_sol, arguments.seed);
    for (const std::string& strategy : arguments.strategies) {
        command += " --strategy " + strategy;
    }
    command += arguments.is_without_benchmarks ? " --no-benchmarks" : "";
    command += arguments.config.empty() ? "" : " --config " + arguments.config;
    return command;
}

// Of the bytes as they are on the disk.
[[nodiscard]] std::string file_digest(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    Sha256 digest;
    std::array<char, 65'536> part{};
    while (file.read(part.data(), part.size()) || file.gcount() > 0) {
        digest.update({reinterpret_cast<const std::uint8_t*>(part.data()),
                       static_cast<std::size_t>(file.gcount())});
    }
    return hex_encode(digest.digest());
}

[[nodiscard]] Result<void> write_page(const std::string& path, const std::string& page) {
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << page;
    file.close();
    return file ? Result<void>{} : fail(fmt::format("writing the report to {}: it failed", path));
}

}  // namespace

int backtest_command(const BacktestArguments& arguments) {
    auto settings = load_settings(arguments.config);
    if (!settings) {
        return fail_with(settings.error());
    }
    keep_only(*settings, arguments.strategies);
    const auto depth = parse_sol(arguments.candle_depth_sol);
    if (!depth || depth->is_zero() || *depth > kDepthMax) {
        return fail_with(
            kExitUsage, fmt::format("--candle-depth-sol \"{}\" is no amount of SOL above 0 and up "
                                    "to {}",
                                    arguments.candle_depth_sol, kDepthMax.raw() / kLamportsPerSol));
    }
    const auto sol = sol_prices(arguments.sol_price);
    if (!sol) {
        return fail_with(kExitUsage, sol.error().text);
    }
    BacktestReport report{*settings, {.seed = arguments.seed}, !arguments.is_without_benchmarks};
    for (const std::string& path : arguments.data) {
        const auto tapes = backtest::read_tapes(path, *sol, {*depth});
        if (!tapes) {
            return fail_with(kExitFailed, tapes.error().text);
        }
        const std::string name = std::filesystem::path{path}.filename().string();
        if (auto added = report.add({name, file_digest(path)}, *tapes); !added) {
            return fail_with(kExitFailed, added.error().text);
        }
    }
    const analytics::EvidenceReport evidence =
        report.take(build_id(), command_of(arguments), system_wall_now());
    if (!arguments.html.empty()) {
        if (auto written = write_page(arguments.html, analytics::evidence_html(evidence));
            !written) {
            return fail_with(kExitFailed, written.error().text);
        }
    }
    fmt::print("{}\n", arguments.is_json ? analytics::evidence_json(evidence)
                                         : analytics::evidence_text(evidence));
    return 0;
}

}  // namespace sniperforge::app
